#include "duroxide/duroxide.hpp"
#include "bench/driver.hpp"
#include "bench/progress.hpp"
#include "bench/stage.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace duroxide::bench {

namespace {

constexpr std::size_t parts = 10;
constexpr activity<std::int64_t(std::int64_t)> increment{"increment"};
constexpr orchestration<std::int64_t(std::int64_t)> wide_fan{"Wide"};

task<std::int64_t> run_wide_fan(orchestration_context ctx, std::int64_t width) {
  std::vector<activity_call<std::int64_t>> calls;
  for (std::int64_t i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(increment, i));
  auto values = co_await all(std::move(calls));
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != static_cast<std::int64_t>(i) + 1) co_return -1;
    sum += values[i];
  }
  co_return sum;
}

void run_wide(const workload& what, const run_request& how, const row_sink& row) {
  stage nodes(what, how);
  const std::string prefix = new_prefix(what.name);
  progress shown(what.name);
  for (std::size_t part = 1; part <= parts && !asked_to_stop(); ++part) {
    shown.show(part - 1, parts);
    const std::size_t width = std::max<std::size_t>(how.instances * part / parts, 1);
    const node_report before = nodes.report();
    const auto ended = run_one(nodes.caller(), what, prefix + std::to_string(part), width);
    if (!ended) return;
    figures measured = nodes.figures_of({*ended}, ended->ms / 1000, before);
    measured.steps_per_second = measured.per_second * static_cast<double>(width);
    measured.growth = {{"activities_side_by_side", static_cast<double>(width), "us_per_activity",
                        1e3 * ratio(ended->ms, static_cast<double>(width))}};
    row(measured);
  }
}

}  // namespace

workload wide() {
  workload w;
  w.name = "wide";
  w.one_instance_does = "so many trivial activities in one `all`, of one instance for each tenth of them";
  w.orchestration = wide_fan.name();
  w.instances = 100'000;
  w.register_handlers = [](runtime& runtime) {
    runtime.register_activity(increment, [](activity_context&, std::int64_t n) { return n + 1; });
    runtime.register_orchestration(wide_fan, run_wide_fan);
  };
  w.input = [](std::size_t width) { return std::to_string(width); };
  w.expected_output = [](std::size_t width) { return std::to_string(width * (width + 1) / 2); };
  w.hears = {.in_flight = false, .seconds = false};
  w.run = run_wide;
  return w;
}

}  // namespace duroxide::bench
