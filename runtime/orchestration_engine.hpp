// The engine that an orchestration's coroutine runs on.
#pragma once

#include "duroxide/detail/branch.hpp"
#include "runtime/value_requests.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace duroxide::internal {

// Owns the coroutine and what it has detached, starts operations for it, and resumes it with their outcomes.
// Frames that the engine destroys drop their operations without a trace: only the code itself cancels what it
// has started. A system error, a mismatch or a refusal is never thrown into the code, which could catch it:
// the coroutine is left where it is.
class orchestration_engine final : public value_requests {
public:
  using outcome = std::variant<std::monostate, std::string, error_details>;

  // REQUIRES: `state` outlives this.
  explicit orchestration_engine(execution_state& state) : value_requests(state) {}
  ~orchestration_engine() override;

  execution_state& state() noexcept { return state_; }

  // Begins the code with the input of event 1, and runs it until it waits. REQUIRES: state().started.
  void run_first();
  // Runs what is ready, until the code waits again.
  void drain();
  // REQUIRES: the operation is open.
  void complete_operation(std::uint64_t event_id, outcome result);
  // If the queue has both a message and a wait, the wait receives it.
  void deliver_from(const std::string& queue);
  // Gives the output, or throws the failure. REQUIRES: the code has finished.
  std::string take_output();
  // Null also if the coroutine is gone.
  detail::payload_rewriter output_rewriter() const noexcept;

  // Destroys the coroutine, as the execution ends; but keeps what it has returned while it is replayed.
  void close();
  bool is_closing() const noexcept { return closing_; }

  // -- detail::engine ---------------------------------------------------------
  void start(detail::operation request, detail::pending_operation& pending) override;
  void drop(detail::pending_operation& pending) noexcept override;
  void detach(detail::pending_operation& pending) noexcept override;
  void taken(detail::pending_operation& pending) noexcept override;
  void start_detached(detail::detached_start request) override;
  void continue_as_new(detail::continue_as_new next) override;
  void keep(std::unique_ptr<detail::kept_by_engine> detached) override;
  void let_go(const detail::kept_by_engine* settled) noexcept override;

private:
  void destroy_frames();
  void receive(const std::string& queue, mailboxes::delivery received);

  bool closing_ = false;  // frames are being destroyed by the engine, and not by the code
  std::vector<std::unique_ptr<detail::kept_by_engine>> kept_;  // detached, and not settled
  detail::branch_ptr<json_text> root_;  // last: destroyed first, while all of the above still exists
};

}  // namespace duroxide::internal
