#include "duroxide/testing/crash_everywhere.hpp"

#include "duroxide/detail/exception_text.hpp"

#include <utility>

namespace duroxide::testing::detail {

namespace {

using scenario_text = std::function<std::string(environment&)>;

// What an undisturbed run gave.
struct undisturbed_run {
  std::string outcome;
  std::uint64_t writes = 0;
};

undisturbed_run run_undisturbed(const handlers& registered, const scenario_text& scenario,
                                environment_options options) {
  options.crash.reset();
  environment undisturbed(registered, std::move(options));
  undisturbed_run given{scenario(undisturbed), undisturbed.writes()};
  if (given.writes == 0)
    throw configuration_error(error_kind::invalid_argument,
                              "the scenario makes no durable write, so no crash was tried: let it start an "
                              "orchestration and wait for it");
  return given;
}

std::string describe(const crash_point& point, const std::string& what, std::uint64_t writes) {
  return std::string("with a crash ") + (point.after ? "after" : "before") + " write " +
         std::to_string(point.write) + " of " + std::to_string(writes) + (what.empty() ? "" : ", " + what);
}

std::string how_to_repeat(const crash_point& point) {
  return "\nto run this alone: options.crash = duroxide::testing::crash_point{" +
         std::to_string(point.write) + ", " + (point.after ? "true" : "false") + "};";
}

// Why it is not what was expected; empty: it is.
std::string difference(environment& disturbed, const scenario_text& scenario, const std::string& expected) {
  std::string came;
  try {
    came = scenario(disturbed);
  } catch (const std::exception& failed) {
    return "the scenario fails: " + duroxide::detail::text_of(failed) + " (undisturbed it gives " + expected +
           ")";
  }
  if (disturbed.crashes() == 0)
    return "it comes to its end without the crash: it does not do the same things each time";
  return came == expected ? "" : "it gives " + came + ", and undisturbed " + expected;
}

void run_with_crash(const handlers& registered, const scenario_text& scenario, environment_options options,
                    const crash_point& point, const undisturbed_run& model) {
  options.crash = point;
  environment disturbed(registered, std::move(options));
  const std::string found = difference(disturbed, scenario, model.outcome);
  if (!found.empty())
    throw not_crash_safe(describe(point, disturbed.crashed_write(), model.writes) + "\n" + found +
                         how_to_repeat(point));
}

}  // namespace

crash_report crash_everywhere(const handlers& registered, const scenario_text& scenario,
                              const environment_options& options) {
  const undisturbed_run model = run_undisturbed(registered, scenario, options);
  crash_report report;
  report.writes = model.writes;
  for (std::uint64_t write = 1; write <= report.writes; ++write)
    for (const bool after : {false, true}) {
      run_with_crash(registered, scenario, options, {write, after}, model);
      ++report.crashes;
    }
  return report;
}

}  // namespace duroxide::testing::detail
