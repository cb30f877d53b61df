#include "actors/durable_actor/answer_retention.hpp"

#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/store/messages.hpp"

namespace duroxide::internal {

namespace {

constexpr std::size_t answers_a_time = 1000;
constexpr duration margin = std::chrono::hours(1);

}  // namespace

answer_retention::answer_retention(caf::actor_config& config, context_ptr context)
    : takes<sweep_atom>::base(config), context_(std::move(context)) {}

answer_retention::behavior_type answer_retention::make_behavior() {
  send(this, sweep_atom::value);
  return {[this](sweep_atom) { sweep(); }};
}

void answer_retention::sweep() {
  const duration interval = context_->options.retention_interval;
  if (!context_->owned->contains(0)) return delayed_send(this, interval, sweep_atom::value);
  const timestamp before = wall_clock_now() - context_->options.answer_retention - margin;
  auto forget = [self = weak_actor<takes<sweep_atom>>(this), before, interval](provider& store) {
    const auto forgotten = store.forget_answers(before, answers_a_time);
    if (!forgotten)
      log_warning("duroxide: old answers of durable actors are not deleted now, will retry: {}",
                  field("error", forgotten.error().message));
    const bool is_all = !forgotten || *forgotten < answers_a_time;
    if (const auto actor = self.lock())
      is_all ? caf::delayed_anon_send(actor, interval, sweep_atom::value)
             : caf::anon_send(actor, sweep_atom::value);
  };
  send(context_->store_executor, ask_store{std::move(forget)});
}

}  // namespace duroxide::internal
