// What the actor that serves an activity may be told of it.
#pragma once

#include <caf/atom.hpp>
#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <string>

namespace duroxide {

// One run of one activity. It can be a part of any message: in the process as it is, and to actors of other processes
// if both systems were configured (duroxide/caf/configuration.hpp).
struct activity_info {
  // `instance/execution/event`: the same for all attempts of a retry policy and for all deliveries. Use it as the key
  // that makes an effect idempotent.
  std::string id;
  std::string activity;
  std::string instance;
  std::uint32_t attempt = 1;     // of the retry policy: 1 for the first, 2 for the first repetition, ...
  std::uint32_t deliveries = 1;  // 1, plus one for each process that died while it ran this attempt

  bool operator==(const activity_info&) const = default;
};

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, activity_info& info) {
  return f(caf::meta::type_name("duroxide::activity_info"), info.id, info.activity, info.instance,
           info.attempt, info.deliveries);
}

// The first part of the message by which a worker is told that nobody waits for its answer any more
// (actor_activity_options::with_cancel_message). The second part is activity_info::id.
using cancel_activity_atom = caf::atom_constant<caf::atom("dx_abandon")>;

}  // namespace duroxide
