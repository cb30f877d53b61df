// duroxide_simulate: runs simulations of the whole engine, and checks what came of them.
#include "tests/simulation/run.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace duroxide::simulation {

namespace {

using clock = std::chrono::steady_clock;

constexpr const char* usage =
    "duroxide_simulate: runs the whole engine in one thread, under a clock of its own and with faults from "
    "a\n"
    "seed, and checks what must hold.\n\n"
    "  --seed S        one simulation\n"
    "  --seeds N       N simulations, from seed --from (1)\n"
    "  --minutes T     as many as fit into T minutes, from a random seed or --from\n"
    "  --from S        the first seed\n"
    "  --log FILE      with --seed: all that happens, a line each\n"
    "  --report FILE   the figures, as Markdown\n\n"
    "The exit code is 0 if everything held, 1 if not, 2 if it was called wrongly.\n";

struct arguments {
  std::optional<std::uint64_t> seed;
  std::uint64_t seeds = 0;
  double minutes = 0;
  std::optional<std::uint64_t> from;
  std::string log_file;
  std::string report_file;
};

struct totals {
  std::uint64_t seeds = 0;
  std::uint64_t repeated = 0;  // to compare their logs
  std::uint64_t instances = 0;
  std::uint64_t activity_runs = 0;
  std::uint64_t steps = 0;
  duration simulated{};
  fault_counts faults;
  double seconds = 0;
};

arguments parse(int count, char** words) {
  arguments given;
  for (int i = 1; i < count; ++i) {
    const std::string name = words[i];
    if (i + 1 == count) throw std::invalid_argument(name + " is unknown, or needs a value");
    const std::string value = words[++i];
    if (name == "--seed")
      given.seed = std::stoull(value);
    else if (name == "--seeds")
      given.seeds = std::stoull(value);
    else if (name == "--minutes")
      given.minutes = std::stod(value);
    else if (name == "--from")
      given.from = std::stoull(value);
    else if (name == "--log")
      given.log_file = value;
    else if (name == "--report")
      given.report_file = value;
    else
      throw std::invalid_argument(name + " is unknown");
  }
  if (!given.seed && given.seeds == 0 && given.minutes <= 0)
    throw std::invalid_argument("say --seed, --seeds or --minutes");
  return given;
}

void add(totals& sum, const run_result& one) {
  ++sum.seeds;
  sum.instances += one.instances;
  sum.activity_runs += one.activity_runs;
  sum.steps += one.steps;
  sum.simulated += one.simulated;
  for (const auto& [kind, count] : one.faults) sum.faults[kind] += count;
}

// Tells of what did not hold, and how to see it.
void complain(const run_result& bad) {
  std::cout << "seed " << bad.seed << " FAILED\n";
  for (const std::string& each : bad.violations) std::cout << "  " << each << "\n";
  const std::string trace = "simulation-" + std::to_string(bad.seed) + ".log";
  (void)run_seed(bad.seed, trace);
  std::cout << "  reproduce: duroxide_simulate --seed " << bad.seed << " --log " << trace << "\n"
            << "  the trace is in " << trace << "; its last lines:\n";
  std::ifstream lines(trace);
  std::vector<std::string> last;
  for (std::string line; std::getline(lines, line);) {
    last.push_back(line);
    if (last.size() > 25) last.erase(last.begin());
  }
  for (const std::string& line : last) std::cout << "    " << line << "\n";
}

void write_report(std::ostream& to, const totals& sum) {
  const double hours = std::chrono::duration<double, std::ratio<3600>>(sum.simulated).count();
  to << "| simulated | |\n|---|---|\n"
     << "| seeds | " << sum.seeds << " (" << sum.repeated << " of them twice, with the same log) |\n"
     << "| seeds per minute | " << static_cast<long>(60.0 * static_cast<double>(sum.seeds) / sum.seconds)
     << " |\n"
     << "| simulated hours | " << static_cast<long>(hours) << " |\n"
     << "| simulated hours per hour | " << static_cast<long>(hours * 3600 / sum.seconds) << " |\n"
     << "| instances | " << sum.instances << " |\n"
     << "| activity runs | " << sum.activity_runs << " |\n"
     << "| steps | " << sum.steps << " |\n";
  for (const auto& [kind, count] : sum.faults) to << "| fault: " << kind << " | " << count << " |\n";
}

// Every 16th seed, the first one included, runs twice: the logs must be the same.
bool run_one(std::uint64_t seed, totals& sum, const std::string& log_file) {
  const run_result once = run_seed(seed, log_file);
  add(sum, once);
  if (!once.violations.empty()) {
    complain(once);
    return false;
  }
  if (sum.seeds % 16 != 1) return true;
  const run_result again = run_seed(seed);
  ++sum.repeated;
  if (again.log_hash == once.log_hash && again.log_lines == once.log_lines) return true;
  std::cout << "seed " << seed << " FAILED\n  run twice, it gave two different logs\n";
  return false;
}

int run(const arguments& given) {
  totals sum;
  const auto began = clock::now();
  const auto seconds = [began] { return std::chrono::duration<double>(clock::now() - began).count(); };
  std::uint64_t seed = given.from.value_or(1);
  if (given.minutes > 0 && !given.from) seed = std::random_device{}() % 1'000'000'000ULL;
  bool good = true;
  if (given.seed) good = run_one(*given.seed, sum, given.log_file);
  for (std::uint64_t i = 0; i < given.seeds && good; ++i) good = run_one(seed++, sum, {});
  while (good && seconds() < 60 * given.minutes) good = run_one(seed++, sum, {});
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
  spdlog::set_level(spdlog::level::off);  // what the nodes say of the faults; the log has it
  try {
    return run(parse(count, words));
  } catch (const std::exception& wrong) {
    std::cerr << "duroxide_simulate: " << wrong.what() << "\n\n" << usage;
    return 2;
  }
}
