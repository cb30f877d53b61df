#include "actors/instance/crash_probation.hpp"

#include "actors/instance/probation_gate.hpp"
#include "actors/poison.hpp"
#include "actors/store/messages.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

// Up to so many crashes, instances on probation run at the same time, and any of them may have caused the
// death; then they run one at a time.
constexpr std::uint32_t tried_together = 2;

}  // namespace

std::optional<error_details> crash_probation::verdict(const loaded_instance& stored) const {
  if (!has_killed_too_often(stored, context_->options)) return std::nullopt;
  return poisoned_by_crashes(stored);
}

void crash_probation::begin(instance_self::base& self, const loaded_instance& stored) {
  if (stored.probation.crash_count < tried_together) return record(self);
  at_gate_ = true;
  self.send(context_->probation_gate, enter_atom::value);
}

void crash_probation::record(instance_self::base& self) const {
  self.send(context_->journal(), begin_probation{instance_});
}

void crash_probation::end_without_turn(instance_self::base& self) {
  if (end_with_turn()) self.send(context_->journal(), end_probation{instance_});
  leave_gate(self);
}

void crash_probation::leave_gate(instance_self::base& self) {
  if (std::exchange(at_gate_, false)) self.send(context_->probation_gate, left_atom::value);
}

}  // namespace duroxide::internal
