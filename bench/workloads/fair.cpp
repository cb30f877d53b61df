#include "duroxide/admin.hpp"
#include "duroxide/duroxide.hpp"
#include "bench/driver.hpp"
#include "bench/elapsed.hpp"
#include "bench/judge.hpp"
#include "bench/progress.hpp"
#include "bench/stage.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t parts = 4;
constexpr std::size_t most_probes = 50;
constexpr std::chrono::minutes patience{10};
constexpr auto stream_lasts = 2s;
constexpr auto stream_lasts_for_each = 500us;  // of its instances: they take a while to begin

constexpr activity<std::int64_t(std::int64_t)> increment{"increment"};
constexpr orchestration<std::int64_t(std::int64_t)> hello_fair{"FairHello"};
constexpr orchestration<std::int64_t(std::int64_t)> many_activities{"FairManyActivities"};
constexpr orchestration<std::int64_t(std::int64_t)> order{"FairOrder"};
constexpr orchestration<std::int64_t(std::int64_t)> stream{"FairStream"};

task<std::int64_t> run_hello(orchestration_context ctx, std::int64_t n) {
  co_return co_await ctx.schedule_activity(increment, n);
}

task<std::int64_t> run_many_activities(orchestration_context ctx, std::int64_t width) {
  std::vector<activity_call<std::int64_t>> calls;
  for (std::int64_t i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(increment, i));
  auto values = co_await all(std::move(calls));
  co_return static_cast<std::int64_t>(values.size()) + 1;
}

task<std::int64_t> run_order(orchestration_context ctx, std::int64_t n) {
  std::int64_t value = n - 4;
  for (int step = 0; step < 5; ++step) value = co_await ctx.schedule_activity(increment, value);
  co_return value;
}

// One execution after the other, without a pause, until it is so late (in milliseconds).
task<std::int64_t> run_stream(orchestration_context ctx, std::int64_t until) {
  if (ctx.utc_now().time_since_epoch().count() >= until) co_return until + 1;
  co_return ctx.continue_as_new(until);
}

struct part_of_curve {
  const workload& what;
  stage& nodes;
  std::size_t others;
  std::string prefix = new_prefix(what.name);

  client caller() const { return nodes.caller(); }
  std::string id(const std::string& which, std::size_t i = 0) const {
    return prefix + which + std::to_string(i);
  }
  std::future<async_instance_handle> start(const std::string& orchestration, const std::string& id,
                                           std::size_t number) const {
    return caller().async().start({orchestration, id, what.input(number), {}});
  }
  std::future<instance_status> end_of(const std::string& id) const {
    return caller().async().instance(id).wait(patience);
  }
  // Until none of them is like that; false after Ctrl-C. To wait for each would take many questions.
  bool wait_until_none(const std::string& which, std::vector<runtime_status> statuses) const {
    instance_query query;
    query.filter.statuses = std::move(statuses);
    query.filter.id_prefix = prefix + which;
    query.limit = 1;
    const auto deadline = clock::now() + patience;
    while (!caller().admin().list_instances(query).instances.empty()) {
      if (asked_to_stop() || clock::now() > deadline) return false;
      std::this_thread::sleep_for(10ms);
    }
    return true;
  }
  // Whether all of them, from the first to before `count`, end right.
  template <class Number>
  bool all_end_right(const std::string& which, std::size_t count, Number number) const {
    bool right = wait_until_none(which, {runtime_status::pending, runtime_status::running});
    for (std::size_t i = 0; i < count && !asked_to_stop(); ++i)
      right = is_right(what, id(which, i), number(i), caller().instance(id(which, i)).status()) && right;
    return right;
  }
};

template <class Value> bool is_there(const std::future<Value>& what) {
  return what.wait_for(0s) == std::future_status::ready;
}

// What one of many saw: right if all of them ended right.
struct view {
  double ms = 0;
  bool right = true;
};

// The worst that `hello` takes, one after the other until `is_over`; one at least.
template <class Over> view worst_hello(const part_of_curve& part, Over is_over) {
  view worst;
  std::size_t probes = 0;
  do {
    const auto seen = run_one(part.caller(), part.what, part.id("hello-", probes), probes);
    if (!seen) break;
    worst = {std::max(worst.ms, seen->ms), worst.right && seen->right};
  } while (++probes < most_probes && !is_over());
  return worst;
}

view beside_activities(const part_of_curve& part) {
  const std::string id = part.id("wide-");
  part.start(std::string(many_activities.name()), id, part.others).get();
  auto end = part.end_of(id);
  view seen = worst_hello(part, [&end] { return is_there(end); });
  seen.right = part.all_end_right("wide-", 1, [&](std::size_t) { return part.others; }) && seen.right;
  return seen;
}

// Of the first that were started: so many as a client can wait for that has no node in its process.
view first_of_orders(const part_of_curve& part) {
  const auto began = clock::now();
  std::vector<std::future<async_instance_handle>> started;
  for (std::size_t i = 0; i < part.others; ++i)
    started.push_back(part.start(std::string(order.name()), part.id("order-", i), i));
  std::vector<std::future<instance_status>> ends;
  for (std::size_t i = 0; i < std::min(part.others, most_waits); ++i) {
    started[i].get();
    ends.push_back(part.end_of(part.id("order-", i)));
  }
  while (std::ranges::none_of(ends, is_there<instance_status>) && !asked_to_stop())
    std::this_thread::sleep_for(1ms);
  view seen{milliseconds_since(began)};
  for (std::size_t i = ends.size(); i < started.size(); ++i) started[i].get();
  seen.right = part.all_end_right("order-", part.others, [](std::size_t i) { return i; });
  return seen;
}

view beside_stream(const part_of_curve& part) {
  const auto late = std::chrono::system_clock::now() + stream_lasts + part.others * stream_lasts_for_each;
  const auto until = static_cast<std::size_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(late.time_since_epoch()).count());
  std::vector<std::future<async_instance_handle>> started;
  for (std::size_t i = 0; i < part.others; ++i)
    started.push_back(part.start(std::string(stream.name()), part.id("stream-", i), until));
  for (auto& each : started) each.get();
  part.wait_until_none("stream-", {runtime_status::pending});
  view seen = worst_hello(part, [late] { return std::chrono::system_clock::now() >= late; });
  seen.right =
      part.all_end_right("stream-", part.others, [until](std::size_t) { return until; }) && seen.right;
  return seen;
}

struct question {
  std::string name;
  view (*answer)(const part_of_curve&);
};

std::vector<question> questions() {
  return {{"hello beside activities of one instance", beside_activities},
          {"the first end of orders", first_of_orders},
          {"hello beside eternal instances", beside_stream}};
}

void run_fair(const workload& what, const run_request& how, const row_sink& row) {
  stage nodes(what, how);
  progress shown(what.name);
  std::size_t rows = 0;
  for (const question& asked : questions())
    for (std::size_t part = 1; part <= parts; ++part) {
      shown.show(rows++, questions().size() * parts);
      const std::size_t others = std::max<std::size_t>(how.instances * part / parts, 1);
      const node_report before = nodes.report();
      const auto began = clock::now();
      const view seen = asked.answer({what, nodes, others});
      if (asked_to_stop()) return;
      figures measured = nodes.figures_of({{seen.right, seen.ms}}, seconds_since(began), before);
      measured.part = asked.name;
      measured.growth = {{"others", static_cast<double>(others), "ms", seen.ms}};
      row(measured);
    }
}

}  // namespace

workload fair() {
  workload w;
  w.name = "fair";
  w.one_instance_does = "hello beside so many others: how long it waits for them";
  w.orchestration = hello_fair.name();
  w.instances = 20'000;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, std::int64_t n) { return n + 1; });
    runtime.register_orchestration(hello_fair, run_hello);
    runtime.register_orchestration(many_activities, run_many_activities);
    runtime.register_orchestration(order, run_order);
    runtime.register_orchestration(stream, run_stream);
  };
  w.input = [](std::size_t i) { return std::to_string(i); };
  w.expected_output = [](std::size_t i) { return std::to_string(i + 1); };
  w.hears = {.in_flight = false, .seconds = false};
  w.run = run_fair;
  return w;
}

}  // namespace duroxide::bench
