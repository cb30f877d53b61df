// How an instance is run of which the process before may have died. A trial is recorded first; then, if this
// process dies too, an attempt of just those that were on trial is counted, and at last the guilty is failed.
#include "actors/instance.hpp"
#include "actors/quarantine.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::internal {

namespace {

// So often somebody else may have been the guilty one, of all those that were tried at the same time.
constexpr std::uint32_t tried_together = 2;

// The death that made it suspect was the first.
std::uint32_t most_trials(const runtime_options& options) { return std::max(2U, options.max_attempts) - 1; }

error_details poison(const loaded_instance& stored) {
  const std::string& orchestration = stored.status.orchestration;
  std::string text = "instance '" + stored.instance + "' of orchestration '" + orchestration +
                     "' was being run when a process died, " + std::to_string(stored.trial.attempts + 1) +
                     " times; it is not run again (runtime_options::max_attempts):\n" + stored.trial.failures;
  if (text.ends_with('\n')) text.pop_back();
  return {error_category::poison, error_kind::attempts_exhausted, std::move(text), orchestration};
}

}  // namespace

void instance::stand_trial(loaded_instance stored) {
  if (stored.trial.attempts >= most_trials(peers_->options)) {
    doom_ = poison(stored);
    on_trial_ = true;  // its row goes with its last turn
    return take_up(std::move(stored));
  }
  bool alone = stored.trial.attempts >= tried_together;
  awaiting_trial_ = std::make_unique<loaded_instance>(std::move(stored));
  if (alone) {
    in_quarantine_ = true;
    return send(peers_->quarantine, enter_atom::value);
  }
  send(peers_->journal(), begin_trial{id_});
}

void instance::go_on_trial() {
  on_trial_ = true;
  if (leaving_) return end_trial_without_turn();
  if (auto stored = std::move(awaiting_trial_)) take_up(std::move(*stored));
}

void instance::end_trial_without_turn() {
  if (std::exchange(on_trial_, false)) send(peers_->journal(), end_trial{id_});
  leave_quarantine();
}

void instance::leave_quarantine() {
  if (std::exchange(in_quarantine_, false)) send(peers_->quarantine, left_atom::value);
}

}  // namespace duroxide::internal
