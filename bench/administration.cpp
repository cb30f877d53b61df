// duroxide_bench_admin: fills a store with finished instances, and measures what operators ask for.
#include "duroxide/duroxide.hpp"
#include "bench/arguments.hpp"
#include "bench/open_store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <future>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace {

namespace dx = duroxide;
using clock_type = std::chrono::steady_clock;

constexpr dx::activity<int(int)> increment{"increment"};
constexpr dx::orchestration<int(int)> one_step{"Hello"};

dx::task<int> run_one_step(dx::orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(increment, n);
}

std::string id_of(std::size_t i) { return "order-" + std::to_string(i); }

// Ten teams, and an amount that no other instance has.
dx::start_options labelled(std::size_t i) {
  return {.labels = {dx::make_label("amount", i), dx::make_label("team", "team-" + std::to_string(i % 10))}};
}

// One instance in a hundred fails.
void fill(const std::shared_ptr<dx::provider>& store, std::size_t instances, bool with_labels) {
  dx::runtime_options options;
  options.verify_replay = false;
  dx::runtime runtime(store, options);
  runtime.register_activity(increment, [](dx::activity_context&, int n) {
    if (n % 100 == 0) throw std::runtime_error("a hundredth");
    return n + 1;
  });
  runtime.register_orchestration(one_step, run_one_step);
  runtime.start();
  dx::client client = runtime.client();
  for (std::size_t begin = 0; begin < instances; begin += 1000) {
    const std::size_t end = std::min(instances, begin + 1000);
    std::vector<std::future<dx::async_typed_handle<int>>> started;
    for (std::size_t i = begin; i < end; ++i)
      started.push_back(client.async().start(one_step, id_of(i), static_cast<int>(i),
                                             with_labels ? labelled(i) : dx::start_options()));
    for (auto& each : started) each.get();
    for (std::size_t i = begin; i < end; ++i) client.instance(id_of(i)).wait(std::chrono::minutes(5));
  }
}

double milliseconds(const std::function<void()>& operation) {
  const auto began = clock_type::now();
  operation();
  return std::chrono::duration<double, std::milli>(clock_type::now() - began).count();
}

void print(const std::string& what, double ms) { std::printf("%10.2f ms  %s\n", ms, what.c_str()); }

// The median of several.
void measure(const std::string& what, const std::function<void()>& operation) {
  std::vector<double> times;
  for (int i = 0; i < 7; ++i) times.push_back(milliseconds(operation));
  std::ranges::sort(times);
  print(what, times[times.size() / 2]);
}

void check(std::size_t found, std::size_t expected, const std::string& what) {
  if (found == expected) return;
  throw std::runtime_error(what + ": " + std::to_string(found) + " instances, expected " +
                           std::to_string(expected));
}

std::size_t walk(const dx::admin& admin, dx::instance_query query) {
  std::size_t found = 0;
  query.limit = 1000;
  do {
    dx::instance_page page = admin.list_instances(query);
    found += page.instances.size();
    query.cursor = std::move(page.cursor);
  } while (!query.cursor.empty());
  return found;
}

void measure_lists(const dx::admin& admin, std::size_t instances) {
  const auto page = [&](const std::string& what, const dx::instance_query& query) {
    measure("page of 100: " + what, [&] { admin.list_instances(query); });
  };
  page("newest first", {});
  page("oldest first", {.descending = false});
  page("by id", {.order = dx::instance_order::id});
  page("by last change", {.order = dx::instance_order::updated});
  page("failed", {.filter = {.statuses = {dx::runtime_status::failed}}});
  page("running (none)", {.filter = {.statuses = {dx::runtime_status::running}}});
  page("of one orchestration", {.filter = {.orchestration = "Hello"}});
  page("by prefix of the id", {.filter = {.id_prefix = "order-77"}, .order = dx::instance_order::id});
  page("by label (none has it)", {.filter = {.has_label = dx::label{"team", "blue"}}});
  print("all pages of 1000, newest first",
        milliseconds([&] { check(walk(admin, {}), instances, "newest first"); }));
  print("all pages of 1000, by id",
        milliseconds([&] { check(walk(admin, {.order = dx::instance_order::id}), instances, "by id"); }));
}

// The first page and the one behind it.
void measure_filters(const dx::admin& admin, std::size_t instances, bool with_labels) {
  std::vector<std::string> filters{
      "status = failed",       "status in (failed, running) and orchestration = Hello",
      "orchestration = Hello", "id like 'order-77%' order by id",
      "created > -1w",         "root = '" + id_of(instances / 2) + "' order by updated"};
  const std::string half = std::to_string(instances / 2);
  const std::vector<std::string> of_labels{"amount > " + std::to_string(instances - 1000), "team = team-7",
                                           "team in (team-1, team-7)", "team = team-7 and amount > " + half,
                                           "team = team-7 and status = failed"};
  if (with_labels) filters.insert(filters.end(), of_labels.begin(), of_labels.end());
  for (const std::string& each : filters) {
    const dx::filter what =
        dx::parse_filter(each, std::chrono::floor<dx::duration>(std::chrono::system_clock::now()));
    std::string cursor;
    measure("page of 100: " + each, [&] { cursor = admin.list(what).cursor; });
    if (!cursor.empty()) measure("  the page behind it", [&] { admin.list(what, {.cursor = cursor}); });
  }
  measure("count by status", [&] { admin.count("", "status"); });
}

void measure_moving(const dx::admin& admin, std::size_t instances, const std::string& file) {
  const dx::admin other(dx::bench::open_store({"sqlite::memory:"}));
  print("export of everything",
        milliseconds([&] { check(admin.export_instances(file).instances, instances, "export"); }));
  print("import into SQLite memory, compared",
        milliseconds([&] { check(other.import_instances(file).instances, instances, "import"); }));
  print("comparison with this store", milliseconds([&] {
          if (!admin.compare_instances(file).empty()) throw std::runtime_error("the export differs");
        }));
  std::filesystem::remove(file);
}

struct task {
  std::size_t instances = 100'000;
  bool with_labels = false;
  bool only_pages = false;
  std::string folder = std::filesystem::temp_directory_path();
};

void run(const dx::bench::store_request& how, const task& wanted) {
  const std::size_t instances = wanted.instances;
  const auto store = dx::bench::open_store(how);
  if (!dx::admin(store).list_instances({.limit = 1}).instances.empty())
    throw std::runtime_error("there are instances in " + store->description() +
                             " already; --fresh deletes them, or name another store");
  print("filling", milliseconds([&] { fill(store, instances, wanted.with_labels); }));
  const dx::admin admin(store);
  measure_lists(admin, instances);
  measure_filters(admin, instances, wanted.with_labels);
  if (wanted.only_pages) return;
  const std::string middle = id_of(instances / 2);
  measure("info of one instance", [&] { admin.get_instance_info(middle); });
  measure("tree of one instance", [&] { admin.get_instance_tree(middle); });
  measure("history of one instance", [&] { admin.read_history(middle); });
  measure("metrics", [&] { check(admin.get_system_metrics().instances, instances, "metrics"); });
  measure("queue depths", [&] { admin.get_queue_depths(); });
  print("verification of everything", milliseconds([&] {
          if (admin.verify().inconsistencies != 0) throw std::runtime_error("the store is not sound");
        }));
  measure_moving(admin, instances, wanted.folder + "/duroxide_bench_admin.jsonl");
  print("deletion of 1000 instances", milliseconds([&] { admin.delete_instances({}, 1000); }));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Fills a store with finished instances, and measures what operators ask for (medians of 7)."};
  dx::bench::store_request how;
  task wanted;
  dx::bench::add_store(app, how.url);
  app.add_flag("--fresh", how.fresh, "delete the store first, or make a new schema");
  app.add_option("--instances", wanted.instances, "how many")
      ->check(dx::bench::at_most(1'000'000'000))
      ->capture_default_str();
  app.add_flag("--labels", wanted.with_labels, "each instance has two labels");
  app.add_flag("--pages", wanted.only_pages, "measure lists and filters alone");
  app.add_option("--folder", wanted.folder, "for the export file")->capture_default_str();
  if (const auto ended = dx::bench::parse(app, argc, argv)) return *ended;
  try {
    run(how, wanted);
  } catch (const std::exception& e) {
    std::cerr << "duroxide_bench_admin: " << e.what() << '\n';
    return dx::bench::exit_failed;
  }
}
