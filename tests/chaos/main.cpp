// Orchestrations of every kind, by the thousand, while their nodes and their store are treated badly; then a
// look at whether anything was lost. tests/chaos/run runs it:
//   [--instances N] [--minutes T] [--seed S] [--report FILE] [--folder F]
// In the folder stays what the nodes print and note, and what was done to them when.
#include "tests/chaos/report.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/stores.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <stdexcept>

using namespace duroxide;
using namespace duroxide::chaos;
using std::chrono::steady_clock;

namespace {

struct settings {
  std::size_t instances = 20'000;
  std::size_t minutes = 0;
  std::uint64_t seed = std::random_device()();
  std::optional<std::string> report;
  std::optional<std::string> folder;
};

settings parse(const std::vector<std::string>& arguments) {
  settings given;
  if (arguments.size() % 2 != 0) throw std::runtime_error("each option has a value");
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& value = arguments[i + 1];
    if (arguments[i] == "--instances")
      given.instances = std::stoul(value);
    else if (arguments[i] == "--minutes")
      given.minutes = std::stoul(value);
    else if (arguments[i] == "--seed")
      given.seed = std::stoull(value);
    else if (arguments[i] == "--report")
      given.report = value;
    else if (arguments[i] == "--folder")
      given.folder = value;
    else
      throw std::runtime_error("unknown option " + arguments[i]);
  }
  return given;
}

// Where a run happens.
struct place {
  std::string store;  // for people
  std::string url;
  std::size_t nodes = 0;
  std::vector<std::string> options{};                  // of each node
  testing_support::postgres_server* server = nullptr;  // none: SQLite
};

void look_at_runs(outcome& found, const run_log& runs, std::size_t expected,
                  const std::vector<trouble>& troubles) {
  found.activities = runs.activities();
  found.repeated = runs.repeated();
  if (runs.activities() < expected)
    found.lost.push_back(std::to_string(expected - runs.activities()) + " activities were never run");
  if (runs.activities() > expected)
    found.wrong.push_back(std::to_string(runs.activities() - expected) +
                          " activities were run that nobody asked for");
  found.doubled = runs.doubled(troubles);
  found.repeated -= found.doubled.size();
}

void write_down(const std::vector<trouble>& troubles, const std::string& file) {
  std::ofstream to(file);
  for (const trouble& each : troubles)
    to << (each.node.empty() ? "all" : each.node) << " " << each.kind << " from " << each.from << " until "
       << each.until << "\n";
}

void look_at_clients(outcome& found, const clients& done) {
  found.instances = done.finished();
  found.lost = done.lost();
  found.wrong = done.wrong();
}

outcome run_in(const place& where, const settings& given) {
  const auto begin = steady_clock::now();
  outcome found;
  found.store = where.store;
  const testing_support::temporary_folder temporary;
  const std::string folder = given.folder ? *given.folder + "/" + where.store : temporary.file("");
  std::filesystem::create_directories(folder);
  const auto store = open_store(where.url);
  fleet nodes({where.url, folder, where.nodes, where.options});
  {
    clients at_work(client(store), given.instances);
    const std::size_t between = std::clamp<std::size_t>(given.instances / 60, 50, 300);
    storm weather(nodes, at_work, {between, begin + std::chrono::minutes(given.minutes), given.seed});
    weather.add_deaths();
    if (where.server != nullptr) weather.add_outages(*where.server, admin(store));
    weather.rage();
    found.storm = weather.done();
    found.failures = weather.failures();
    look_at_clients(found, at_work);
    nodes.stop();
    write_down(nodes.troubles(), folder + "/troubles");
    look_at_runs(found, run_log(folder + "/runs"), at_work.activities(), nodes.troubles());
  }
  for (const inconsistency& each : admin(store).verify().first)
    found.gaps.push_back(each.instance + ": " + each.what);
  found.seconds = static_cast<std::size_t>(
      std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - begin).count());
  return found;
}

outcome on_postgres(const settings& given) {
  testing_support::postgres_server server;
  // For those helpers of the tests that run SQL of their own.
  ::setenv("DUROXIDE_TEST_POSTGRES_URL", server.url().c_str(), 1);
  return run_in({"PostgreSQL", server.url() + "&schema=chaos", 3, {"--suspect-after", "3000"}, &server},
                given);
}

// A file has one owner at a time, and commits are not put together over processes: a tenth of the work.
outcome on_sqlite(settings given) {
  const testing_support::temporary_folder folder;
  given.instances = std::max<std::size_t>(1, given.instances / 10);
  given.minutes /= 5;
  return run_in({"SQLite", "sqlite:" + folder.file("chaos.db"), 2}, given);
}

bool run(const settings& given) {
  std::cout << "chaos: again with --seed " << given.seed << std::endl;
  std::vector<outcome> outcomes;
  outcomes.push_back(on_sqlite(given));
  outcomes.push_back(on_postgres(given));
  bool all_right = true;
  for (const outcome& each : outcomes) {
    std::cout << complaints(each);
    all_right = all_right && each.is_right();
  }
  const std::string table = as_markdown(outcomes);
  std::cout << table << (all_right ? "nothing lost, nothing wrong, nothing doubled\n" : "failed\n");
  if (given.report && !(std::ofstream(*given.report) << table))
    throw std::runtime_error("the report cannot be written to " + *given.report);
  return all_right;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse({argv + 1, argv + argc})) ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "chaos: " << e.what() << '\n';
    return 1;
  }
}
