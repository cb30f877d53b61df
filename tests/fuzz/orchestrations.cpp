#include "tests/fuzz/orchestrations.hpp"

#include "duroxide/combinators.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace duroxide::fuzz {

namespace {

using namespace std::chrono_literals;
using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<std::string> orders{"orders"};

task<std::string> one_after_the_other(ctx_t ctx, int n) {
  const retry_policy policy = retry_policy(3).with_backoff(backoff::fixed(10ms)).with_attempt_timeout(50ms);
  std::string text;
  try {
    const int first = co_await ctx.schedule_activity(step, n).with_retry(policy);
    ctx.set_kv_value("first", first);
    ctx.set_label("first", true);
    text = std::to_string(first);
  } catch (const activity_failed& e) {
    ctx.set_custom_status(e.what());
    text = "failed";
  }
  co_await ctx.schedule_timer(5ms);
  const int child = co_await ctx.schedule_sub_orchestration(part, n).inherit_labels();
  text += " " + co_await ctx.dequeue_event(orders);
  co_return text + " " + std::to_string(child);
}

task<int> whoever_is_first(ctx_t ctx, int n) {
  auto late = ctx.start(ctx.schedule_activity(step, n));
  for (int round = 0; round < 3; ++round) {
    auto winner = co_await race(ctx.wait_for_event(note), ctx.dequeue_event(orders), ctx.schedule_timer(5ms));
    if (winner.index() == 2) break;
  }
  ctx.start(ctx.schedule_activity(step, 2)).detach();
  ctx.start_orchestration(part, "independent", n);
  co_return co_await std::move(late);
}

task<std::string> what_it_draws(ctx_t ctx, int n) {
  const timestamp now = ctx.utc_now();
  std::string drawn = ctx.new_guid() + " " + std::to_string(ctx.random());
  ctx.set_kv_value("drawn", drawn);
  ctx.trace_info(drawn);
  ctx.prune_kv_values_updated_before(now);
  co_await ctx.schedule_timer(std::min(now, timestamp::max() - 5ms) +
                              5ms);  // a damaged history may say any time
  if (n % 2 == 0) ctx.clear_all_kv_values();
  ctx.reset_custom_status();
  co_return drawn;
}

task<int> again_and_again(ctx_t ctx, int n) {
  ctx.set_kv_value("round", n);
  ctx.set_label("round", n);
  const std::string next = co_await ctx.dequeue_event(orders);
  if (next != "stop") co_return ctx.continue_as_new(n + 1);
  ctx.clear_kv_value("round");
  ctx.clear_label("round");
  co_return n;
}

task<int> all_together(ctx_t ctx, int n) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < (n & 7); ++i)
    calls.push_back(ctx.schedule_activity(step, i).with_tag("gpu").on_session("s"));
  auto each = co_await all(all_settled(std::move(calls)), ctx.schedule_sub_orchestration(part, n));
  int sum = std::get<1>(each);
  for (const auto& one : std::get<0>(each)) sum += one ? 1 : -1;
  auto limited = ctx.schedule_activity(step, sum).with_timeout(20ms);
  co_return co_await std::move(limited);
}

template <class Out> orchestration_handler code(task<Out> (*function)(ctx_t, int)) {
  return detail::make_orchestration_handler<Out, decltype(function), int>("it", function);
}

}  // namespace

std::span<const orchestration_handler> all_orchestrations() {
  static const std::vector<orchestration_handler> all{code(one_after_the_other), code(whoever_is_first),
                                                      code(what_it_draws), code(again_and_again),
                                                      code(all_together)};
  return all;
}

}  // namespace duroxide::fuzz
