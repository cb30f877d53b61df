#include "duroxide/testing/crash_everywhere.hpp"

namespace duroxide::testing::detail {

namespace {

using scenario_text = std::function<std::string(environment&)>;

std::string describe(const crash_point& at, std::uint64_t writes) {
  return std::string("with a crash ") + (at.after ? "after" : "before") + " write " +
         std::to_string(at.write) + " of " + std::to_string(writes);
}

void run_with_crash(const handlers& registered, const scenario_text& scenario, environment_options options,
                    const crash_point& at, std::uint64_t writes, const std::string& expected) {
  options.crash = at;
  environment disturbed(registered, std::move(options));
  std::string came;
  try {
    came = scenario(disturbed);
  } catch (const std::exception& failed) {
    throw not_crash_safe(describe(at, writes) + " the scenario fails: " + failed.what() +
                         " (undisturbed it gives " + expected + ")");
  }
  if (disturbed.crashes() == 0)
    throw not_crash_safe(describe(at, writes) +
                         " it came to its end without the crash: it does not do the same things each time");
  if (came != expected)
    throw not_crash_safe(describe(at, writes) + " it gives " + came + ", and undisturbed " + expected);
}

}  // namespace

crash_report crash_everywhere(const handlers& registered, const scenario_text& scenario,
                              const environment_options& options) {
  crash_report report;
  std::string expected;
  {
    environment undisturbed(registered, options);
    expected = scenario(undisturbed);
    report.writes = undisturbed.writes();
  }
  for (std::uint64_t write = 1; write <= report.writes; ++write)
    for (const bool after : {false, true}) {
      run_with_crash(registered, scenario, options, {write, after}, report.writes, expected);
      ++report.crashes;
    }
  return report;
}

}  // namespace duroxide::testing::detail
