#include "bench/run_main.hpp"

#include "bench/arguments.hpp"
#include "bench/lines.hpp"
#include "bench/page.hpp"
#include "bench/run.hpp"
#include "bench/serve.hpp"
#include "bench/stop.hpp"

#include <signal.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <utility>

namespace duroxide::bench {

namespace {

constexpr std::size_t a_billion = 1'000'000'000;
constexpr std::size_t a_year = 31'536'000;  // seconds

struct request {
  std::string workload;
  run_request how;
  std::size_t rounds = 1;
  std::string json_file;
  std::string html_file;
  bool serve = false;
};

std::string menu_of(const std::vector<workload>& all) {
  std::size_t width = 0;
  for (const workload& each : all) width = std::max(width, each.name.size());
  std::string text = "Workloads (one instance does):\n";
  for (const workload& each : all) {
    text += "  " + each.name + std::string(width + 2 - each.name.size(), ' ') + each.one_instance_does;
    if (each.instances != 0) text += "; " + std::to_string(each.instances) + " by default";
    text += '\n';
  }
  return text;
}

void write(const std::string& file, std::ios::openmode mode, const std::string& text) {
  std::ofstream out(file, mode);
  out << text << std::flush;
  if (!out) throw std::runtime_error("cannot write to '" + file + "'; name a file in a folder that is there");
}

// Before anything is measured, which may take long.
void require_writable(const std::string& file) {
  if (!file.empty()) write(file, std::ios::app, "");
}

// The exit code.
int measure(const workload& what, const request& asked) {
  std::vector<figures> rows;
  std::size_t wrong = 0;
  listen_for_interrupt();
  require_writable(asked.json_file);
  require_writable(asked.html_file);
  for (std::size_t round = 0; round < asked.rounds && !asked_to_stop(); ++round)
    run(what, asked.how, [&](const figures& row) {
      wrong += row.wrong;
      rows.push_back(row);
      std::cout << to_text(row) << std::endl;
      if (!asked.json_file.empty()) write(asked.json_file, std::ios::app, to_json(row) + "\n");
      if (!asked.html_file.empty()) write(asked.html_file, std::ios::trunc, to_page(rows));
    });
  if (asked_to_stop()) return exit_interrupted;
  return wrong == 0 ? 0 : 1;
}

int run(const std::vector<workload>& all, const request& asked) {
  const auto what = std::ranges::find(all, asked.workload, &workload::name);
  if (what == all.end()) {
    std::cerr << "duroxide_bench: there is no workload '" << asked.workload << "'\n" << menu_of(all);
    return exit_failed;
  }
  if (!asked.serve) return measure(*what, asked);
  serve(*what, completed(asked.how, *what));
  return 0;
}

void add_options(CLI::App& app, request& asked) {
  run_request& how = asked.how;
  app.add_option("--workload", asked.workload, "what to run")->required();
  add_store(app, how.store);
  app.add_option("--instances", how.instances, "how many (default: the workload's own)")
      ->check(at_most(a_billion));
  app.add_option("--in-flight", how.in_flight, "at most so many at a time (default: the workload's own)")
      ->check(at_most(a_billion));
  app.add_option("--seconds", how.seconds,
                 "start none later; idle: for so long (default: the workload's own)")
      ->check(at_most(a_year));
  app.add_option("--workers", how.workers, "activity threads of a node (default: the workload's own)")
      ->check(at_most(10'000));
  app.add_option("--lanes", how.lanes, "journals that commit side by side (default: the store's own)")
      ->check(at_most(1'000));
  app.add_option(
         "--nodes", how.nodes,
         "so many node processes on PostgreSQL, and a client without a runtime here (default: a runtime "
         "in this process, or the workload's own)")
      ->check(at_most(1'000));
  app.add_option("--rounds", asked.rounds, "run so many times")
      ->check(at_most(a_billion))
      ->capture_default_str();
  app.add_option("--json", asked.json_file, "append a line of JSON for each row to this file");
  app.add_option("--html", asked.html_file, "write a page with plots of all rows to this file");
  app.add_flag("--fresh", how.fresh, "delete the store before each round, or make a new schema");
  app.add_flag("--relaxed-durability", how.relaxed_durability,
               "SQLite: commits survive a process crash, not a power loss");
  app.add_flag("--limit", how.limit,
               "measure first what the same rows cost in bare transactions, and tell the share of it");
  app.add_flag("--serve", asked.serve)->group("");  // a node process: serve.hpp
}

int run_or_throw(int argc, char** argv, extension own) {
  std::vector<workload> all = std::move(own.workloads);
  std::ranges::move(all_workloads(), std::back_inserter(all));
  add_stores(std::move(own.open_store));
  CLI::App app{"Runs a workload, checks every result, and prints what it measured."};
  request asked;
  app.footer(menu_of(all));
  add_options(app, asked);
  if (const auto ended = parse(app, argc, argv)) return *ended;
  signal(SIGPIPE, SIG_IGN);  // a node that has died is known by its silence
  return run(all, asked);
}

}  // namespace

int run_main(int argc, char** argv, extension own) {
  try {
    return run_or_throw(argc, argv, std::move(own));
  } catch (const std::exception& e) {
    std::cerr << "duroxide_bench: " << e.what() << '\n';
    return exit_failed;
  }
}

}  // namespace duroxide::bench
