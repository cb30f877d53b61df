// Rule: tests/BEHAVIOURS.md is true. Each id of the reference's behaviours is in one row, each file that a
// row names exists, and each law that a row quotes is in a file that the row names.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <map>

namespace laws_of_behaviours {

using namespace tidy;

namespace {

const std::string page_path = "tests/BEHAVIOURS.md";

using sources = std::vector<source>;

const source* find(const sources& files, const std::string& path) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const source& s) { return s.path == path; });
  return found == files.end() ? nullptr : &*found;
}

// The texts between `open` and `close`, from left to right.
std::vector<std::string> between(std::string_view line, std::string_view open, std::string_view close) {
  std::vector<std::string> found;
  for (auto begin = line.find(open); begin != line.npos; begin = line.find(open)) {
    line.remove_prefix(begin + open.size());
    const auto end = line.find(close);
    if (end == line.npos) break;
    found.emplace_back(line.substr(0, end));
    line.remove_prefix(end + close.size());
  }
  return found;
}

// The sentences of a file, its adjacent literals joined.
std::string sentences(const std::string& text) {
  std::string joined;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t next = i;
    if (text[i] == '"') next = text.find_first_not_of(" \n", i + 1);
    if (text[i] == '"' && next != text.npos && next > i + 1 && text[next] == '"')
      i = next;
    else
      joined += text[i];
  }
  return joined;
}

std::string row_findings(const source& page, std::size_t number, std::string_view row, const sources& files) {
  std::string findings;
  std::string text;
  for (const std::string& name : between(row, "`", "`")) {
    if (name.find('/') == name.npos || name.find('.') == name.npos) continue;
    if (const auto* file = find(files, "tests/" + name))
      text += sentences(file->text);
    else
      findings += finding(page, number, "there is no tests/" + name);
  }
  for (const std::string& law : between(row, "\"", "\""))
    if (text.find(law) == text.npos) findings += finding(page, number, "no law says \"" + law + "\"");
  return findings;
}

std::string behaviour_findings(const source& page, const sources& files) {
  std::string findings;
  const auto lines = lines_of(page.text);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].starts_with("|")) findings += row_findings(page, i + 1, lines[i], files);
  return findings;
}

// The first cell of a row: "PA-01..04, PA-06" names five numbers of PA. An id with a letter behind its number
// is a variant, and does not count.
void count_ids(std::string_view cell, std::map<std::string, int>& counts) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!cell.empty()) {
    const auto comma = std::min(cell.find(','), cell.size());
    const auto item = std::string(trimmed(cell.substr(0, comma)));
    cell.remove_prefix(std::min(comma + 1, cell.size()));
    const auto dash = item.find('-');
    if (dash == item.npos || !is_digit(item[dash + 1]) || !is_digit(item.back())) continue;
    const auto dots = item.find("..");
    const int first = std::stoi(item.substr(dash + 1));
    const int last = dots == item.npos ? first : std::stoi(item.substr(dots + 2));
    for (int n = first; n <= last; ++n)
      ++counts[item.substr(0, dash + 1) + (n < 10 ? "0" : "") + std::to_string(n)];
  }
}

// What is named twice, and the numbers that are left out of a row of numbers.
std::string id_findings(const source& page) {
  std::map<std::string, int> counts;
  for (auto line : lines_of(page.text))
    if (line.starts_with("| ")) count_ids(line.substr(2, line.find(" |", 2) - 2), counts);
  std::string findings;
  std::map<std::string, int> last;
  for (const auto& [id, count] : counts) {
    const auto dash = id.find('-');
    const int number = std::stoi(id.substr(dash + 1));
    int& before = last[id.substr(0, dash)];
    if (count > 1) findings += id + " is in " + std::to_string(count) + " rows\n";
    if (number != before + 1) findings += "something is missing in front of " + id + "\n";
    before = number;
  }
  return findings;
}

std::string planted(const std::string& row) {
  const sources files{{"tests/a/b.cpp", "LAW(\"water is \"\n    \"wet\") {}\n"}};
  return behaviour_findings({page_path, "| ids | what | where |\n" + row}, files);
}

std::string ids(const std::string& cells) { return id_findings({page_path, cells}); }

}  // namespace

LAW("the table of behaviours names files that exist and laws that they state") {
  const auto* page = find(tree(), page_path);
  REQUIRE(page);
  CHECK(behaviour_findings(*page, tree()) == "");
}

LAW("the table of behaviours has each id in one row") {
  const auto* page = find(tree(), page_path);
  REQUIRE(page);
  CHECK(id_findings(*page) == "");
}

LAW("a row that names a missing file or law is found") {
  CHECK(planted("| A-01 | wet | `a/b.cpp`: \"water is wet\" |\n") == "");
  CHECK(planted("| A-01 | wet | `a/b.cpp`: \"water is dry\" |\n") ==
        "tests/BEHAVIOURS.md:2: no law says \"water is dry\"\n");
  CHECK(planted("| A-01 | wet | `a/c.cpp` |\n") == "tests/BEHAVIOURS.md:2: there is no tests/a/c.cpp\n");
  CHECK(planted("| A-01 | wet | \"water is wet\" |\n") != "");
}

LAW("an id that is missing or in two rows is found") {
  CHECK(ids("| A-01..03, A-04b | x |\n| B-01, B-02 | x |\n") == "");
  CHECK(ids("| A-01 | x |\n| A-03 | x |\n") == "something is missing in front of A-03\n");
  CHECK(ids("| A-01, A-02 | x |\n| A-02 | x |\n") == "A-02 is in 2 rows\n");
}

}  // namespace laws_of_behaviours
