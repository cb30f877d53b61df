// Runs an instance that may have killed the process before.
#pragma once

#include "duroxide/options.hpp"
#include "actors/instance/messages.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <string>
#include <utility>

namespace duroxide::internal {

// A probation is recorded before the code runs, and ends with the first turn that is committed. If this process
// dies too, a crash is counted for just those that were on probation; in the end the instance that causes the
// deaths is failed. An instance that has been in several crashes goes through the probation gate,
// alone. What the constructor is given must outlive this.
class crash_probation {
public:
  crash_probation(const context_ptr& context, const std::string& instance)
      : context_(context), instance_(instance) {}

  // The error with which the instance is to be failed instead of being run, if it has caused enough crashes.
  std::optional<error_details> verdict(const loaded_instance& stored) const;

  // Has it recorded; the instance is told `probation_begun_atom`, at the gate `entered_atom` before.
  void begin(instance_self::base& self, const loaded_instance& stored);
  void record(instance_self::base& self) const;
  // It is recorded.
  void is_recorded() noexcept { recorded_ = true; }
  bool is_on() const noexcept { return recorded_; }

  // Whether a turn that is being committed ends it; if the turn is not committed, that is taken back.
  bool end_with_turn() noexcept { return std::exchange(recorded_, false); }
  void resume(bool ended_with_turn) noexcept { recorded_ = ended_with_turn; }
  void end_without_turn(instance_self::base& self);
  void leave_gate(instance_self::base& self);

private:
  const context_ptr& context_;
  const std::string& instance_;
  bool recorded_ = false;
  bool at_gate_ = false;
};

}  // namespace duroxide::internal
