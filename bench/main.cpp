// duroxide_bench: one workload on one store, checked and measured.
#include "bench/lines.hpp"
#include "bench/page.hpp"
#include "bench/run.hpp"
#include "bench/serve.hpp"
#include "bench/stop.hpp"

#include <CLI/CLI.hpp>
#include <signal.h>

#include <fstream>
#include <iostream>

namespace {

namespace bench = duroxide::bench;

struct request {
  std::string workload;
  bench::run_request how;
  std::size_t rounds = 1;
  std::string json_file;
  std::string html_file;
  bool serve = false;
};

std::string menu() {
  std::string text = "Workloads (one instance does):\n";
  for (const auto& each : bench::all_workloads()) {
    text += "  " + each.name + std::string(14 - each.name.size(), ' ') + each.one_instance_does;
    if (each.instances != 0) text += "; " + std::to_string(each.instances) + " by default";
    text += '\n';
  }
  return text;
}

std::optional<bench::workload> find(const std::string& name) {
  for (const auto& each : bench::all_workloads())
    if (each.name == name) return each;
  return std::nullopt;
}

void write(const std::string& file, std::ios::openmode mode, const std::string& text) {
  std::ofstream out(file, mode);
  out << text << std::flush;
  if (!out) throw std::runtime_error("cannot write to " + file);
}

// The exit code.
int measure(const bench::workload& what, const request& asked) {
  std::vector<bench::figures> rows;
  std::size_t wrong = 0;
  bench::listen_for_interrupt();
  for (std::size_t round = 0; round < asked.rounds && !bench::asked_to_stop(); ++round)
    bench::run(what, asked.how, [&](const bench::figures& row) {
      wrong += row.wrong;
      rows.push_back(row);
      std::cout << to_text(row) << std::endl;
      if (!asked.json_file.empty()) write(asked.json_file, std::ios::app, to_json(row) + "\n");
      if (!asked.html_file.empty()) write(asked.html_file, std::ios::trunc, bench::to_page(rows));
    });
  if (bench::asked_to_stop()) return 130;
  return wrong == 0 ? 0 : 1;
}

int run(const request& asked) {
  const auto what = find(asked.workload);
  if (!what) {
    std::cerr << "duroxide_bench: there is no workload '" << asked.workload << "'\n" << menu();
    return 2;
  }
  if (!asked.serve) return measure(*what, asked);
  bench::serve(*what, bench::completed(asked.how, *what));
  return 0;
}

void add_options(CLI::App& app, request& asked) {
  bench::run_request& how = asked.how;
  app.add_option("--workload", asked.workload, "what to run")->required();
  app.add_option("--store", how.store, "sqlite::memory:, sqlite:FILE or postgresql://...[?schema=NAME]")
      ->envname("DUROXIDE_BENCH_STORE")
      ->required();
  app.add_option("--instances", how.instances, "how many (default: the workload's own)");
  app.add_option("--in-flight", how.in_flight, "at most so many at a time (default: the workload's own)");
  app.add_option("--seconds", how.seconds,
                 "start none later; idle: for so long (default: the workload's own)");
  app.add_option("--workers", how.workers, "activity threads of a node (default: the workload's own)");
  app.add_option("--lanes", how.lanes, "journals that commit side by side (default: the store's own)");
  app.add_option(
      "--nodes", how.nodes,
      "so many node processes on PostgreSQL, and a client without a runtime here (default: a runtime "
      "in this process, or the workload's own)");
  app.add_option("--rounds", asked.rounds, "run so many times")->capture_default_str();
  app.add_option("--json", asked.json_file, "append a line of JSON for each row to this file");
  app.add_option("--html", asked.html_file, "write a page with plots of all rows to this file");
  app.add_flag("--fresh", how.fresh, "delete the store's file before each round, or make a new schema");
  app.add_flag("--relaxed-durability", how.relaxed_durability,
               "commits survive a process crash, not a power loss");
  app.add_flag("--limit", how.limit,
               "measure first what the same rows cost in bare transactions, and tell the share of it");
  app.add_flag("--serve", asked.serve)->group("");  // a node process: serve.hpp
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs a workload, checks every result, and prints what it measured."};
  request asked;
  app.footer(menu());
  add_options(app, asked);
  CLI11_PARSE(app, argc, argv);
  signal(SIGPIPE, SIG_IGN);  // a node that has died is known by its silence
  try {
    return run(asked);
  } catch (const std::exception& e) {
    std::cerr << "duroxide_bench: " << e.what() << '\n';
    return 2;
  }
}
