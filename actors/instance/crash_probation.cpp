// How an instance is run of which the process before may have died. A probation is recorded first; then, if
// this process dies too, a crash of just those that were on probation is counted, and in the end the instance
// that causes the deaths is failed.
#include "actors/instance/instance.hpp"
#include "actors/instance/probation_gate.hpp"
#include "actors/store/messages.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// So often another of the instances that were tried at the same time may have caused the death.
constexpr std::uint32_t tried_together = 2;

// The death that made it suspect was the first.
std::uint32_t most_crashes_on_probation(const runtime_options& options) {
  return std::max(2U, options.max_crashes) - 1;
}

error_details poison(const loaded_instance& stored) {
  const std::string& orchestration = stored.status.orchestration;
  std::string text =
      "instance '" + stored.instance + "' of orchestration '" + orchestration +
      "' was being run when a process died, " + std::to_string(stored.probation.crash_count + 1) +
      " times; it is not run again (runtime_options::max_crashes):\n" + stored.probation.failures;
  if (text.ends_with('\n')) text.pop_back();
  return {error_category::poison, error_kind::attempts_exhausted, std::move(text), orchestration};
}

}  // namespace

void instance::enter_probation(loaded_instance stored) {
  if (stored.probation.crash_count >= most_crashes_on_probation(context_->options)) {
    forced_failure_ = poison(stored);
    on_probation_ = true;  // its row goes with its last turn
    return take_up(std::move(stored));
  }
  bool alone = stored.probation.crash_count >= tried_together;
  awaiting_probation_ = std::make_unique<loaded_instance>(std::move(stored));
  if (alone) {
    at_probation_gate_ = true;
    return send(context_->probation_gate, enter_atom::value);
  }
  send(context_->journal(), begin_probation{id_});
}

void instance::run_on_probation() {
  on_probation_ = true;
  if (leaving_) return end_probation_without_turn();
  if (auto stored = std::move(awaiting_probation_)) take_up(std::move(*stored));
}

void instance::end_probation_without_turn() {
  if (std::exchange(on_probation_, false)) send(context_->journal(), end_probation{id_});
  leave_probation_gate();
}

void instance::leave_probation_gate() {
  if (std::exchange(at_probation_gate_, false)) send(context_->probation_gate, left_atom::value);
}

}  // namespace duroxide::internal
