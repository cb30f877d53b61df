#include "tests/simulation/workflows.hpp"

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace duroxide::simulation {

namespace {

using namespace std::chrono_literals;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr activity<std::int64_t(std::int64_t)> flaky{"flaky"};
constexpr activity<std::int64_t(std::int64_t)> failing{"failing"};
constexpr event<std::int64_t> never{"never"};
constexpr command<std::int64_t(std::int64_t)> touch{"touch"};
constexpr command<std::int64_t(std::int64_t)> touch_slowly{"touch_slowly"};

task<std::int64_t> run_step(orchestration_context ctx, step given);

task<std::int64_t> run_all(orchestration_context ctx, std::vector<step> parts) {
  std::vector<task<std::int64_t>> branches;
  for (const step& each : parts) branches.push_back(run_step(ctx, each));
  std::vector<std::int64_t> values = co_await all(std::move(branches));
  std::int64_t sum = 0;
  for (const std::int64_t value : values) sum += value;
  co_return sum;
}

task<std::int64_t> run_first(orchestration_context ctx, step part) {
  auto branch = run_step(ctx, part);
  auto winner = co_await race(std::move(branch), ctx.schedule_timer(240h));
  if (winner.index() == 1) co_return -1;
  co_return std::get<0>(winner);
}

task<std::int64_t> run_late(orchestration_context ctx, std::int64_t n) {
  auto winner = co_await race(ctx.wait_for_event(never), ctx.schedule_timer(duration(n)));
  if (winner.index() == 0) co_return -1;
  co_return 9;
}

task<std::int64_t> run_child(orchestration_context ctx, std::vector<step> parts) {
  program input;
  input.steps = parts;
  outcome given = co_await ctx.schedule_sub_orchestration(interpreter, input);
  co_return given.sum;
}

task<std::int64_t> run_broken(orchestration_context ctx, std::int64_t n) {
  program input;
  step only;
  only.kind = "work";
  only.n = n;
  input.steps.push_back(only);
  input.fails = true;
  auto given = co_await settle(ctx.schedule_sub_orchestration(interpreter, input));
  if (given || given.error().message() != told_to_fail) co_return -1;
  co_return 11;
}

task<std::int64_t> run_failing(orchestration_context ctx, std::int64_t n) {
  auto given = co_await settle(ctx.schedule_activity(failing, n));
  // A failure of the store is none of its business (I10).
  if (given || given.error().message() != "never " + std::to_string(n)) co_return -1;
  co_return 7;
}

task<std::int64_t> run_flaky(orchestration_context ctx, std::int64_t n) {
  retry_policy patient = retry_policy(4).with_backoff(backoff::fixed(5ms));
  std::int64_t given = co_await ctx.schedule_activity(flaky, n).with_retry(patient);
  co_return given;
}

task<std::int64_t> run_tagged(orchestration_context ctx, std::int64_t n) {
  std::int64_t given = co_await ctx.schedule_activity(work, n).with_tag("gpu");
  co_return given;
}

task<std::int64_t> run_pinned(orchestration_context ctx, std::int64_t n) {
  std::string session = "session " + std::to_string(n % 3);
  std::int64_t given = co_await ctx.schedule_activity(work, n).on_session(session);
  co_return given;
}

task<std::int64_t> run_touch_slowly(actor_task_context ctx, tally_state& state, std::int64_t n) {
  co_await ctx.schedule_timer(1ms);
  std::int64_t given = co_await ctx.schedule_activity(work, n);
  co_await ctx.ask(tally[ctx.key() + " other"], touch, n);
  ++state.count;
  co_return given;
}

task<std::int64_t> run_ask(orchestration_context ctx, command<std::int64_t(std::int64_t)> what,
                           std::int64_t n) {
  const actor_address receiver = tally[ctx.new_guid()];
  std::int64_t given = co_await ctx.ask(receiver, what, n);
  co_return given;
}

task<std::int64_t> run_draw(orchestration_context ctx) {
  const std::string guid = ctx.new_guid();
  const std::uint64_t first = ctx.random();
  const timestamp now = ctx.utc_now();
  ctx.set_kv_value(guid, std::to_string(first) + std::to_string(now.time_since_epoch().count()));
  co_await ctx.schedule_timer(1ms);
  co_return ctx.get_kv_value<std::string>(guid) ? 17 : -1;
}

std::int64_t keep(orchestration_context ctx, std::int64_t n) {
  const std::string key = "key " + std::to_string(n);
  ctx.set_kv_value(key, n);
  const std::int64_t kept = ctx.get_kv_value<std::int64_t>(key).value_or(-1);
  if (n % 2 == 1) ctx.clear_kv_value(key);
  ctx.set_label("kept", n);
  return ctx.get_label("kept") == label_value(static_cast<double>(n)) ? kept : -1;
}

task<std::int64_t> run_signal(orchestration_context ctx, std::int64_t n) {
  ctx.set_custom_status(signal_name(n));
  json_text given = co_await ctx.wait_for_event(signal_name(n));
  ctx.reset_custom_status();
  co_return codec<std::int64_t>::decode("a signal", given.text());
}

void launch(orchestration_context ctx, const step& given) {
  program input;
  input.steps = given.parts;
  ctx.start_orchestration(interpreter, launched_id(ctx.instance_id(), given.n), input);
}

task<std::int64_t> run_step(orchestration_context ctx, step given) {
  const std::string kind = given.kind;
  std::int64_t value = given.n;
  if (kind == "work") value = co_await ctx.schedule_activity(work, given.n);
  if (kind == "flaky") value = co_await run_flaky(ctx, given.n);
  if (kind == "failing") value = co_await run_failing(ctx, given.n);
  if (kind == "pinned") value = co_await run_pinned(ctx, given.n);
  if (kind == "tagged") value = co_await run_tagged(ctx, given.n);
  if (kind == "ask") value = co_await run_ask(ctx, touch, given.n);
  if (kind == "await") value = co_await run_ask(ctx, touch_slowly, given.n);
  if (kind == "all") value = co_await run_all(ctx, given.parts);
  if (kind == "first") value = co_await run_first(ctx, given.parts.front());
  if (kind == "late") value = co_await run_late(ctx, given.n);
  if (kind == "child") value = co_await run_child(ctx, given.parts);
  if (kind == "broken") value = co_await run_broken(ctx, given.n);
  if (kind == "signal") value = co_await run_signal(ctx, given.n);
  if (kind == "draw") value = co_await run_draw(ctx);
  if (kind == "keep") value = keep(ctx, given.n);
  if (kind == "sleep") {
    co_await ctx.schedule_timer(duration(given.n));
    value = 1;
  }
  if (kind == "launch") {
    launch(ctx, given);
    value = 19;
  }
  co_return value;
}

struct taken {
  std::int64_t doubled = 0;
  std::int64_t early = 0;
};

// Messages come in order; one whose sender did not know whether it was sent may come twice.
task<taken> take(orchestration_context ctx, std::int64_t n) {
  taken passed_over;
  for (;;) {
    const std::int64_t message = co_await ctx.dequeue_event(messages);
    const std::int64_t number = std::abs(message);
    if (number == n) co_return passed_over;
    if (message > n)
      throw std::runtime_error("message " + std::to_string(number) + " came before message " +
                               std::to_string(n) + " (I8)");
    ++(number > n ? passed_over.early : passed_over.doubled);
  }
}

task<outcome> run_interpreter(orchestration_context ctx, program given) {
  for (std::size_t i = 0; i < given.steps.size(); ++i) {
    const step now = given.steps[i];
    if (now.kind == "again") {
      program next = given;
      next.steps = now.parts;
      co_return ctx.continue_as_new(next);
    }
    std::int64_t value = 0;
    if (now.kind == "take") {
      const taken passed_over = co_await take(ctx, now.n);
      given.doubled += passed_over.doubled;
      given.early += passed_over.early;
      value = 13 * now.n;
      given.taken = now.n;
    } else {
      value = co_await run_step(ctx, now);
    }
    given.sum = combined(given.sum, value);
  }
  if (given.fails) throw std::runtime_error(told_to_fail);
  outcome done;
  done.sum = given.sum;
  done.doubled = given.doubled;
  done.early = given.early;
  co_return done;
}

}  // namespace

std::string signal_name(std::int64_t n) { return "signal " + std::to_string(n); }

void register_all(runtime& runtime, const activity_observer& ran) {
  runtime.register_activity(work, [ran](activity_context& context, std::int64_t n) {
    ran(context);
    return worked(n);
  });
  runtime.register_activity(flaky, [ran](activity_context& context, std::int64_t n) {
    ran(context);
    if (context.attempt() <= n % 3) throw std::runtime_error("not yet");
    return worked(n);
  });
  runtime.register_activity(failing, [ran](activity_context& context, std::int64_t n) -> std::int64_t {
    ran(context);
    throw std::runtime_error("never " + std::to_string(n));
  });
  runtime.register_actor(tally)
      .on(touch,
          [](actor_context&, tally_state& state, std::int64_t n) {
            ++state.count;
            return worked(n);
          })
      .on(touch_slowly, run_touch_slowly);
  runtime.register_orchestration(interpreter, run_interpreter);
}

}  // namespace duroxide::simulation
