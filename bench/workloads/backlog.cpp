#include "duroxide/duroxide.hpp"
#include "bench/bytes_written.hpp"
#include "bench/driver.hpp"
#include "bench/elapsed.hpp"
#include "bench/judge.hpp"
#include "bench/progress.hpp"
#include "bench/stage.hpp"
#include "bench/stop.hpp"
#include "bench/waiting.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::bench {

// What one execution hands on to the next. The first one lets the messages come before it takes one.
struct backlog_state {
  std::int64_t taken = 0;
  std::int64_t messages = 0;
};
BOOST_DESCRIBE_STRUCT(backlog_state, (), (taken, messages))

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t parts = 5;
constexpr std::size_t most_on_their_way = 1000;
constexpr std::chrono::minutes patience{10};
constexpr event<int> all_have_come{"all_have_come"};
constexpr event_queue<std::int64_t> numbers{"numbers"};
constexpr activity<std::int64_t(std::int64_t)> increment{"increment"};
constexpr orchestration<std::int64_t(backlog_state)> plain{"BacklogPlain"};
constexpr orchestration<std::int64_t(backlog_state)> in_a_race{"BacklogInARace"};
constexpr orchestration<std::int64_t(backlog_state)> with_an_activity{"BacklogWithAnActivity"};

// Messages come in order (I8): each is the number of those before it.
task<std::int64_t> go_on(orchestration_context ctx, backlog_state state, std::int64_t number) {
  if (number != state.taken) co_return -1;
  if (++state.taken == state.messages) co_return state.taken;
  co_return ctx.continue_as_new(state);
}

task<std::int64_t> run_plain(orchestration_context ctx, backlog_state state) {
  if (state.taken == 0) co_await ctx.wait_for_event(all_have_come);
  std::int64_t number = co_await ctx.dequeue_event(numbers);
  co_return co_await go_on(ctx, state, number);
}

task<std::int64_t> run_in_a_race(orchestration_context ctx, backlog_state state) {
  if (state.taken == 0) co_await ctx.wait_for_event(all_have_come);
  auto first = co_await race(ctx.dequeue_event(numbers), ctx.schedule_timer(24h));
  const std::int64_t number = first.index() == 0 ? std::get<0>(first) : -1;
  co_return co_await go_on(ctx, state, number);
}

task<std::int64_t> run_with_an_activity(orchestration_context ctx, backlog_state state) {
  if (state.taken == 0) co_await ctx.wait_for_event(all_have_come);
  std::int64_t number = co_await ctx.dequeue_event(numbers);
  std::int64_t next = co_await ctx.schedule_activity(increment, number);
  co_return co_await go_on(ctx, state, next - 1);
}

struct kind {
  std::string name;
  std::string orchestration;
};

std::vector<kind> kinds() {
  return {{"plain", std::string(plain.name())},
          {"in a race", std::string(in_a_race.name())},
          {"with an activity", std::string(with_an_activity.name())}};
}

// False after Ctrl-C.
bool send_all(client& caller, const std::string& id, std::size_t messages) {
  for (std::size_t sent = 0; sent < messages;) {
    std::vector<std::future<void>> under_way;
    for (; sent < messages && under_way.size() < most_on_their_way; ++sent)
      under_way.push_back(caller.async().instance(id).enqueue(numbers, static_cast<std::int64_t>(sent)));
    for (auto& each : under_way) {
      if (!has_come(each)) return false;
      each.get();
    }
  }
  return true;
}

// From when all messages wait to when all have been taken; none after Ctrl-C.
std::optional<figures> measure(stage& nodes, const workload& what, const kind& which, std::size_t messages) {
  client caller = nodes.caller();
  const std::string id = new_prefix(what.name) + std::to_string(messages);
  caller.start({which.orchestration, id, what.input(messages), {}});
  auto end = caller.async().instance(id).wait(patience);
  if (!send_all(caller, id, messages)) return std::nullopt;
  const bytes_written written(nodes.url());
  const node_report before = nodes.report();
  const auto began = clock::now();
  caller.instance(id).raise(all_have_come, 1);
  if (!has_come(end)) return std::nullopt;
  const double ms = milliseconds_since(began);
  const auto count = static_cast<double>(messages);
  const auto bytes = written.so_far();
  figures measured = nodes.figures_of({{is_right(what, id, messages, end.get()), ms}}, ms / 1000, before);
  measured.steps_per_second = measured.per_second * count;
  measured.part = which.name;
  measured.growth = {{"waiting_messages", count, "us_per_message", 1e3 * ms / count},
                     {"waiting_messages", count, "bytes_written_per_message", bytes / count}};
  return measured;
}

void run_backlog(const workload& what, const run_request& how, const row_sink& row) {
  stage nodes(what, how);
  progress shown(what.name);
  std::size_t rows = 0;
  for (const kind& which : kinds())
    for (std::size_t part = 1; part <= parts && !asked_to_stop(); ++part) {
      shown.show(rows++, kinds().size() * parts);
      const std::size_t messages = std::max<std::size_t>(how.instances * part / parts, 1);
      if (const auto measured = measure(nodes, what, which, messages)) row(*measured);
    }
}

}  // namespace

workload backlog() {
  workload w;
  w.name = "backlog";
  w.one_instance_does = "so many executions, each of which takes one of so many waiting messages of a queue";
  w.orchestration = plain.name();
  w.instances = 10'000;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, std::int64_t n) { return n + 1; });
    runtime.register_orchestration(plain, run_plain);
    runtime.register_orchestration(in_a_race, run_in_a_race);
    runtime.register_orchestration(with_an_activity, run_with_an_activity);
  };
  w.input = [](std::size_t messages) { return R"({"taken":0,"messages":)" + std::to_string(messages) + "}"; };
  w.expected_output = [](std::size_t messages) { return std::to_string(messages); };
  w.hears = {.in_flight = false, .seconds = false, .nodes = false};
  w.run = run_backlog;
  return w;
}

}  // namespace duroxide::bench
