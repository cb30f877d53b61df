// Rule: one word, one thing, and that is the field's. Words of our own that have been given up do not come back.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace laws_of_the_vocabulary {

using namespace tidy;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> given_up{{
    {"bury", "expire"},
    {"buried", "expired"},
    {"burial", "expiry"},
    {"epitaph", "death record"},
    {"rehome", "relocate"},
    {"rehomed", "relocated"},
    {"rehoming", "relocation"},
    {"tend_within", "next_heartbeat_in"},
    {"come_true", "satisfied_waits"},
    {"newborn", "local child start"},
    {"doom", "forced failure"},
    {"quarantine", "probation gate"},
    {"stand_trial", "enter_probation"},
    {"courier", "inbox reader, shard balancer"},
    {"store_fate", "commit_certainty"},
    {"surroundings", "platform"},
    {"fetch_mail", "fetch_undelivered"},
    {"keyed_rows", "merge_cursor"},
    {"activity_desk", "runtime_activity_services"},
    {"wake_event", "event_fd"},
}};

// Files that show what was before, and this one.
bool is_exempt(const source& file) {
  constexpr std::array<std::string_view, 3> histories{"CHANGELOG.md", "tests/tidy/vocabulary.cpp",
                                                      "tests/mutants/"};
  return std::ranges::any_of(histories, [&](auto each) { return file.is_under(each); }) ||
         file.path.find("/migrations/") != file.path.npos || file.path.find("/version_") != file.path.npos;
}

std::string vocabulary_findings(const source& file) {
  if (is_exempt(file)) return {};
  std::string findings;
  std::size_t line = 0;
  for (const auto each : lines_of(file.text)) {
    ++line;
    for (const auto& [word, instead] : given_up)
      if (has_word(each, word))
        findings += finding(file, line, std::string(word) + ": say " + std::string(instead));
  }
  return findings;
}

std::string finds(std::string path, std::string text) {
  return vocabulary_findings({std::move(path), std::move(text)});
}

}  // namespace

LAW("words that have been given up do not come back") { CHECK(findings_in_tree(vocabulary_findings) == ""); }

LAW("a word that has been given up is found, in code, comments and pages, and its successor named") {
  CHECK(finds("actors/a.cpp", "// Whoever looks next will bury it.\n") ==
        "actors/a.cpp:1: bury: say expire\n");
  CHECK(finds("api/a.hpp", "\nint come_true();\n") == "api/a.hpp:2: come_true: say satisfied_waits\n");
  CHECK(finds("api/guide/a.md", "It is rehomed.") != "");
  CHECK(finds("actors/a.cpp", "int not_buried_here;") == "");
  CHECK(finds("CHANGELOG.md", "The courier is gone.") == "");
}

}  // namespace laws_of_the_vocabulary
