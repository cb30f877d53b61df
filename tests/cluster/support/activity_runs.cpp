#include "tests/cluster/support/activity_runs.hpp"

#include <algorithm>
#include <fstream>
#include <map>

namespace duroxide::cluster_tests {

activity_runs::activity_runs(const std::string& file) {
  std::ifstream from(file);
  activity_run each;
  while (from >> each.node >> each.activity) runs_.push_back(each);
}

std::size_t activity_runs::count_by(const std::string& node) const {
  return static_cast<std::size_t>(std::ranges::count(runs_, node, &activity_run::node));
}

std::size_t activity_runs::count_of(const std::string& activity) const {
  return static_cast<std::size_t>(std::ranges::count(runs_, activity, &activity_run::activity));
}

std::size_t activity_runs::count_in(const std::string& instance) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      runs_, [&](const activity_run& each) { return each.activity.starts_with(instance + "/"); }));
}

std::size_t activity_runs::activities() const {
  std::set<std::string> ids;
  for (const activity_run& each : runs_) ids.insert(each.activity);
  return ids.size();
}

std::string activity_runs::unexplained(const std::set<std::string>& died) const {
  std::map<std::string, std::vector<std::string>> by_activity;
  for (const activity_run& each : runs_)
    if (!died.contains(each.node)) by_activity[each.activity].push_back(each.node);
  std::string lines;
  for (const auto& [activity, nodes] : by_activity) {
    if (nodes.size() == 1) continue;
    lines += activity + " was run by";
    for (const std::string& node : nodes) lines += " " + node;
    lines += "\n";
  }
  return lines;
}

}  // namespace duroxide::cluster_tests
