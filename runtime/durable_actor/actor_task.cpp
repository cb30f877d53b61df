#include "runtime/durable_actor/actor_task.hpp"

#include "duroxide/detail/ensure.hpp"

#include <functional>
#include <utility>

namespace duroxide::internal {

namespace {

// Commands that await something draw their random numbers from their journal.
const std::function<std::uint64_t()> no_random_bits;

error_details failure_of(error_details why, const std::string& command) {
  if (why.kind == error_kind::orchestration_failed) why.kind = error_kind::command_failed;
  why.source = command;
  return why;
}

}  // namespace

// What one coroutine works on.
struct actor_task::run {
  std::unique_ptr<duroxide::detail::actor_value> state;
  duroxide::detail::actor_turn turn;

  // The coroutine, and what it works on.
  class branch final : public duroxide::detail::branch<json_text> {
  public:
    branch(std::shared_ptr<run> work, duroxide::detail::branch_ptr<json_text> coroutine)
        : work_(std::move(work)), coroutine_(std::move(coroutine)) {}
    void start(duroxide::detail::engine& owner, duroxide::detail::continuation on_settled) override {
      coroutine_->start(owner, on_settled);
    }
    json_text take() override { return coroutine_->take(); }

  private:
    std::shared_ptr<run> work_;
    duroxide::detail::branch_ptr<json_text> coroutine_;
  };
};

actor_task::actor_task(const actor_address& self,
                       std::shared_ptr<const duroxide::detail::actor_handlers> handlers,
                       command_envelope command, std::unique_ptr<duroxide::detail::actor_value> state)
    : self_(self), handlers_(std::move(handlers)), command_(std::move(command)),
      callers_of_others_(command_.callers), begun_with_(std::move(state)) {
  callers_of_others_.push_back(self.instance_id());
}

orchestration_handler actor_task::code() {
  return [this](orchestration_context context,
                const std::string&) -> duroxide::detail::branch_ptr<json_text> {
    auto made = std::make_shared<run>(
        run{begun_with_->copy(), {self_, command_.id, {}, no_random_bits, command_.callers}});
    if (!first_) first_ = made;
    auto coroutine = handlers_->tasks.at(command_.command)(context, made->turn, *made->state, command_.input);
    return std::make_unique<run::branch>(std::move(made), std::move(coroutine));
  };
}

applied_command actor_task::end(const ending& how) {
  if (how.status != runtime_status::completed) return {failure_of(how.error.value(), command_.command), {}};
  detail::ensure(first_ != nullptr, "a command that has ended has begun");
  return {how.output, std::move(first_->turn.effects)};
}

std::unique_ptr<duroxide::detail::actor_value> actor_task::take_state() { return std::move(first_->state); }

}  // namespace duroxide::internal
