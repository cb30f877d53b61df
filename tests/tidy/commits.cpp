// Rule: the subject of a commit names the area first and then says in the imperative what the commit does, in at
// most 60 columns.
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace laws_of_commits {

namespace {

// Subjects before this commit are as they are.
constexpr std::string_view first_checked = "91f7b917";

constexpr std::size_t longest_subject = 60;

bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// What is wrong with a subject; empty if nothing is.
std::string subject_findings(std::string_view subject) {
  const std::size_t colon = subject.find(": ");
  const std::string_view area = subject.substr(0, colon);
  const auto is_area = [](char c) { return is_lower(c) || c == '/' || c == '_' || c == '-'; };
  std::string findings;
  if (subject.size() > longest_subject) findings += "longer than 60 columns; ";
  if (colon == subject.npos || area.empty() || !std::ranges::all_of(area, is_area))
    return findings + "does not begin with an area and a colon; ";
  const std::string_view summary = subject.substr(colon + 2);
  if (summary.empty() || !is_lower(summary.front())) findings += "does not go on with a verb in lower case; ";
  if (summary.ends_with('.')) findings += "ends with a full stop; ";
  const std::string_view verb = summary.substr(0, summary.find(' '));
  if (verb.ends_with("ed") || verb.ends_with("ing")) findings += "is not in the imperative; ";
  if (area == "wip" || area == "fixup") findings += "is not finished; ";
  return findings;
}

// "HASH SUBJECT" of the commits since then, a line each; empty where git or the commit is not there, as in an
// archive or a shallow clone.
std::string subjects_since(std::string_view commit) {
  const std::string command = "git -C '" DUROXIDE_SOURCE_DIR "' log --no-merges --format='%h %s' " +
                              std::string(commit) + "..HEAD 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 4096> part{};
  while (output && std::fgets(part.data(), part.size(), output.get())) text += part.data();
  return text;
}

}  // namespace

LAW("the subject of each new commit names its area, and says what it does in 60 columns") {
  const std::string log = subjects_since(first_checked);
  std::string findings;
  for (std::size_t begin = 0; begin < log.size();) {
    const std::size_t end = log.find('\n', begin);
    const std::string_view line = std::string_view(log).substr(begin, end - begin);
    const std::size_t blank = line.find(' ');
    const std::string why = subject_findings(line.substr(blank + 1));
    if (!why.empty()) findings += std::string(line) + ": " + why + "\n";
    begin = end + 1;
  }
  CHECK(findings == "");
}

LAW("subjects that hide what a commit does are found, and plain ones are left alone") {
  CHECK(subject_findings("stores: let suspicion go with a node that leaves").empty());
  CHECK(subject_findings("tests/tidy: check the subjects of commits").empty());
  CHECK(subject_findings("Fix things") == "does not begin with an area and a colon; ");
  CHECK(subject_findings("node: Fix it") == "does not go on with a verb in lower case; ");
  CHECK(subject_findings("node: fix it.") == "ends with a full stop; ");
  CHECK(subject_findings("node: fixed it") == "is not in the imperative; ");
  CHECK(subject_findings("wip: go on") == "is not finished; ");
  CHECK(subject_findings("node: " + std::string(60, 'x')) == "longer than 60 columns; ");
}

}  // namespace laws_of_commits
