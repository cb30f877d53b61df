// duroxide_bench: one workload on one store, checked and measured.
#include "bench/run.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>

namespace {

std::string menu() {
  std::string text = "Workloads (one instance does):\n";
  for (const auto& each : duroxide::bench::all_workloads())
    text += "  " + each.name + std::string(12 - each.name.size(), ' ') + each.one_instance_does + ", " +
            std::to_string(each.instances) + " by default\n";
  return text;
}

int run(const std::string& name, duroxide::bench::run_request how, std::size_t rounds,
        const std::string& json_file) {
  for (const auto& each : duroxide::bench::all_workloads()) {
    if (each.name != name) continue;
    if (how.instances == 0) how.instances = each.instances;
    if (how.in_flight == 0) how.in_flight = each.in_flight;
    std::size_t wrong = 0;
    for (std::size_t round = 0; round < rounds; ++round) {
      auto measured = duroxide::bench::run(each, how);
      wrong += measured.wrong;
      std::cout << to_text(measured) << std::endl;
      if (!json_file.empty()) std::ofstream(json_file, std::ios::app) << to_json(measured) << '\n';
    }
    return wrong == 0 ? 0 : 1;
  }
  std::cerr << "duroxide_bench: there is no workload '" << name << "'\n" << menu();
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs a workload, checks every result, and prints what it measured."};
  app.footer(menu());
  std::string name;
  std::string json_file;
  std::size_t rounds = 1;
  duroxide::bench::run_request how;
  app.add_option("--workload", name, "what to run")->required();
  app.add_option("--store", how.store, "sqlite::memory:, sqlite:FILE or postgresql://...")->required();
  app.add_option("--instances", how.instances, "how many (default: the workload's own)");
  app.add_option("--in-flight", how.in_flight, "at most so many at a time (default: the workload's own)");
  app.add_option("--workers", how.workers, "activity threads")->capture_default_str();
  app.add_option("--lanes", how.lanes, "journals that commit side by side (default: the store's own)");
  app.add_option("--rounds", rounds, "run so many times, in the same process")->capture_default_str();
  app.add_option("--json", json_file, "append one JSON line per round to this file");
  app.add_flag("--fresh", how.fresh, "delete the store's file before each round, or make a new schema");
  app.add_flag("--relaxed-durability", how.relaxed_durability,
               "commits survive a process crash, not a power loss");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(name, how, rounds, json_file);
  } catch (const std::exception& e) {
    std::cerr << "duroxide_bench: " << e.what() << '\n';
    return 2;
  }
}
