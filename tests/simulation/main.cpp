// duroxide_simulate: runs simulations of the whole engine, and checks what came of them.
#include "tests/simulation/arguments.hpp"
#include "tests/simulation/complaint.hpp"
#include "tests/simulation/last_words.hpp"
#include "tests/simulation/run.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace duroxide::simulation {

namespace {

using clock = std::chrono::steady_clock;

struct totals {
  std::uint64_t seeds = 0;
  std::uint64_t repeated = 0;  // to compare their logs
  std::uint64_t instances = 0;
  std::uint64_t activity_runs = 0;
  std::uint64_t steps = 0;
  duration simulated{};
  duration to_the_end{};  // the longest
  fault_counts faults;
  double seconds = 0;
};

void add(totals& sum, const run_result& one) {
  ++sum.seeds;
  sum.instances += one.instances;
  sum.activity_runs += one.activity_runs;
  sum.steps += one.steps;
  sum.simulated += one.simulated;
  sum.to_the_end = std::max(sum.to_the_end, one.to_the_end);
  for (const auto& [kind, count] : one.faults) sum.faults[kind] += count;
}

void write_report(std::ostream& to, const totals& sum) {
  const double hours = std::chrono::duration<double, std::ratio<3600>>(sum.simulated).count();
  to << "| simulated | |\n|---|---|\n"
     << "| seeds | " << sum.seeds << " (" << sum.repeated << " of them twice, with the same log) |\n"
     << "| seeds per minute | " << static_cast<long>(60.0 * static_cast<double>(sum.seeds) / sum.seconds)
     << " |\n"
     << "| simulated hours | " << static_cast<long>(hours) << " |\n"
     << "| simulated hours per hour | " << static_cast<long>(hours * 3600 / sum.seconds) << " |\n"
     << "| seconds from the calm to the end, at most | " << sum.to_the_end.count() / 1000 << " |\n"
     << "| instances | " << sum.instances << " |\n"
     << "| activity runs | " << sum.activity_runs << " |\n"
     << "| steps | " << sum.steps << " |\n";
  for (const auto& [kind, count] : sum.faults) to << "| fault: " << kind << " | " << count << " |\n";
}

// Every 16th seed, the first one included, runs twice: the logs must be the same.
std::vector<finding> examine(std::uint64_t seed, totals& sum, const std::string& log_file) {
  const run_result once = run_seed(seed, log_file);
  add(sum, once);
  if (!once.violations.empty() || sum.seeds % 16 != 1) return once.violations;
  const run_result again = run_seed(seed);
  ++sum.repeated;
  if (again.log_hash == once.log_hash && again.log_lines == once.log_lines) return {};
  return {{"run twice, it gave two different logs"}};
}

bool holds(std::uint64_t seed, totals& sum, const std::string& log_file) {
  is_at_seed(seed);
  std::vector<finding> wrong;
  try {
    wrong = examine(seed, sum, log_file);
  } catch (const std::exception& thrown) {
    wrong.push_back({std::string("it threw an exception: ") + thrown.what()});
  }
  if (wrong.empty()) return true;
  complain(std::cout, seed, wrong);
  const std::string trace = log_file.empty() ? "simulation-" + std::to_string(seed) + ".log" : log_file;
  try {
    if (log_file.empty()) (void)run_seed(seed, trace);
  } catch (const std::exception&) {
    // Its log ends there.
  }
  show_trace(std::cout, trace, wrong);
  return false;
}

std::uint64_t first_seed(const arguments& given) {
  if (given.seed) return *given.seed;
  if (given.from) return *given.from;
  return given.minutes ? std::random_device{}() % 1'000'000'000ULL : 1;
}

int run(const arguments& given) {
  totals sum;
  const auto began = clock::now();
  const auto seconds = [began] { return std::chrono::duration<double>(clock::now() - began).count(); };
  const auto goes_on = [&] {
    return given.minutes ? seconds() < 60 * *given.minutes : sum.seeds < given.seeds.value_or(1);
  };
  std::uint64_t seed = first_seed(given);
  std::cout << "the first seed is " << seed << std::endl;
  bool good = true;
  while (good && goes_on()) good = holds(seed++, sum, given.log_file);
  sum.seconds = seconds();
  write_report(std::cout, sum);
  if (!given.report_file.empty()) {
    std::ofstream report(given.report_file);
    write_report(report, sum);
  }
  std::cout << (good ? "everything held\n" : "something did not hold\n");
  return good ? 0 : 1;
}

}  // namespace

}  // namespace duroxide::simulation

int main(int count, char** words) {
  using namespace duroxide::simulation;
  arguments given;
  try {
    given = parse(count, words);
  } catch (const std::exception& wrong) {
    std::cerr << "duroxide_simulate: " << wrong.what() << "\n\n" << usage();
    return 2;
  }
  if (given.help) {
    std::cout << usage();
    return 0;
  }
  spdlog::set_level(spdlog::level::off);  // what the nodes say of the faults; the log has it
  prepare_last_words();
  return run(given);
}
