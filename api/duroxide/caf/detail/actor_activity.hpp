// An activity that an actor serves, without its types.
#pragma once

#include "duroxide/caf/activity_info.hpp"
#include "duroxide/registry.hpp"

#include <caf/actor.hpp>
#include <caf/message.hpp>
#include <caf/message_handler.hpp>

#include <functional>
#include <string>

namespace duroxide {

class runtime;

namespace detail {

// How the runs of the activity ask their worker. The functions are called by several threads at the same time, and may
// throw.
struct actor_activity {
  std::string name;
  std::function<caf::actor()> find_worker;
  std::function<caf::message(const std::string& input, const activity_info& info)> make_request;
  // What handles the answer, in an actor, and reports the output.
  std::function<caf::message_handler(activity_completion)> make_listener;
  // Null: a worker is not told that it is cancelled.
  std::function<caf::message(const activity_info& info)> make_cancel_message;
  // For people: the types of the request and of the answer.
  std::string sent;
  std::string expected;
};

// Throws as registry::add_activity does.
void add_actor_activity(runtime& target, actor_activity what);

// Calls `done` with what `make` returns or, as a failure of the activity, with what it throws.
void report_made(const std::string& activity, const activity_completion& done,
                 const std::function<std::string()>& make);

}  // namespace detail
}  // namespace duroxide
