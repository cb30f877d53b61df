#include "tests/chaos/report.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace duroxide::chaos {

namespace {

struct line_of_table {
  const char* name;
  std::string (*value)(const outcome&);
};

template <auto Member> std::string count(const outcome& found) { return std::to_string(found.*Member); }
template <auto Member> std::string storm_count(const outcome& found) {
  return std::to_string(found.storm.*Member);
}
template <auto Member> std::string lines(const outcome& found) {
  return std::to_string((found.*Member).size());
}

const std::vector<line_of_table>& all_lines() {
  static const std::vector<line_of_table> all{
      {"seconds", count<&outcome::seconds>},
      {"instances", count<&outcome::instances>},
      {"activities", count<&outcome::activities>},
      {"activities run again after a trouble", count<&outcome::repeated>},
      {"nodes killed with kill -9", storm_count<&tally::kills>},
      {"nodes paused until they were expired", storm_count<&tally::pauses>},
      {"nodes stopped in order and replaced", storm_count<&tally::replaced>},
      {"restarts of the database, fast", storm_count<&tally::fast_restarts>},
      {"restarts of the database, immediate", storm_count<&tally::immediate_restarts>},
      {"connections dropped", storm_count<&tally::dropped_connections>},
      {"gaps in the store", lines<&outcome::gaps>},
      {"lost", lines<&outcome::lost>},
      {"wrong", lines<&outcome::wrong>},
      {"doubled", lines<&outcome::doubled>},
      {"failures of nodes", lines<&outcome::failures>},
  };
  return all;
}

}  // namespace

bool outcome::is_right() const {
  return gaps.empty() && lost.empty() && wrong.empty() && doubled.empty() && failures.empty();
}

std::string as_markdown(const std::vector<outcome>& outcomes) {
  std::string table = "| |";
  std::string rule = "|---|";
  for (const outcome& each : outcomes) {
    table += " " + each.store + " |";
    rule += "---:|";
  }
  table += "\n" + rule + "\n";
  for (const line_of_table& line : all_lines()) {
    table += std::string("| ") + line.name + " |";
    for (const outcome& each : outcomes) table += " " + line.value(each) + " |";
    table += "\n";
  }
  return table;
}

std::string complaints(const outcome& found) {
  constexpr std::size_t shown = 20;  // of each kind
  std::string text;
  const auto add = [&](const char* kind, const std::vector<std::string>& list) {
    for (std::size_t i = 0; i < std::min(shown, list.size()); ++i)
      text += found.store + ", " + kind + ": " + list[i] + "\n";
  };
  add("gap", found.gaps);
  add("lost", found.lost);
  add("wrong", found.wrong);
  add("doubled", found.doubled);
  add("failure", found.failures);
  return text;
}

}  // namespace duroxide::chaos
