#include "api/http/metrics_page.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::http {

namespace {

using figures = std::vector<std::pair<std::string_view, std::uint64_t>>;

// With all that have none, so that a series does not come and go.
std::map<std::string, std::uint64_t> problems_of(const operations::session& store) {
  std::map<std::string, std::uint64_t> counts;
  for (const problem_kind kind : {problem_kind::mismatch, problem_kind::not_registered,
                                  problem_kind::cannot_load, problem_kind::refused, problem_kind::paused})
    counts.emplace(to_string(kind), 0);
  problem_query query{.limit = 10'000};
  do {
    const problem_page page = store.admin.list_problems(query);
    for (const instance_problem& each : page.problems) ++counts[std::string(to_string(each.kind))];
    query.cursor = page.cursor;
  } while (!query.cursor.empty());
  return counts;
}

class page_text {
public:
  void begin(std::string_view name, std::string_view help) {
    name_ = "duroxide_store_" + std::string(name);
    text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " gauge\n";
  }
  void add(std::string_view label, std::string_view value, std::uint64_t figure) {
    text_ += name_ + "{" + std::string(label) + "=\"" + std::string(value) + "\"} " + std::to_string(figure) +
             "\n";
  }
  void add_all(std::string_view label, const figures& all) {
    for (const auto& [value, figure] : all) add(label, value, figure);
  }
  std::string take() { return std::move(text_); }

private:
  std::string name_;
  std::string text_;
};

void add_nodes(page_text& to, const operations::session& store) {
  std::map<std::string, std::uint64_t> states{{"alive", 0}};
  std::uint64_t queued = 0;
  std::uint64_t running = 0;
  std::uint64_t resident = 0;
  for (const node_info& each : store.admin.list_nodes(0)) {
    ++states[each.state];
    queued += each.queued_activities;
    running += each.running_activities;
    resident += each.resident_instances;
  }
  to.begin("nodes", "Processes that share the store.");
  for (const auto& [state, count] : states) to.add("state", state, count);
  to.begin("load", "What living nodes have last said of themselves.");
  to.add_all(
      "what",
      {{"resident_instances", resident}, {"queued_activities", queued}, {"running_activities", running}});
}

}  // namespace

std::string metrics_page(const operations::session& store) {
  page_text page;
  const system_metrics totals = store.admin.get_system_metrics();
  page.begin("instances", "Instances in the store.");
  page.add_all("status", {{"pending", totals.pending},
                          {"running", totals.running},
                          {"completed", totals.completed},
                          {"failed", totals.failed},
                          {"cancelled", totals.cancelled}});
  const queue_depths waiting = store.admin.get_queue_depths();
  page.begin("waiting", "Work in the store that has not been done.");
  page.add_all("what", {{"messages", waiting.messages},
                        {"later_messages", waiting.later_messages},
                        {"timers", waiting.timers},
                        {"activities_waiting", waiting.activities_waiting},
                        {"activities_taken", waiting.activities_taken}});
  page.begin("problems", "Instances that do not go on.");
  for (const auto& [kind, count] : problems_of(store)) page.add("kind", kind, count);
  add_nodes(page, store);
  return page.take();
}

}  // namespace duroxide::http
