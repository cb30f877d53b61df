// Rule: a time that lies so long from now is made in one place, which cannot run over.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <array>

namespace laws_of_deadlines {

using namespace tidy;

namespace {

constexpr std::string_view where_they_are_made = "api/duroxide/detail/platform.hpp";
constexpr std::array<std::string_view, 3> clocks{"steady_now() + ", "wall_clock_now() + ",
                                                 "steady_clock::now() + "};

std::string deadline_findings(const source& file) {
  const bool is_engine = file.is_under("actors/") || file.is_under("api/duroxide/");
  if (!is_engine || !file.is_cpp() || file.path == where_they_are_made) return {};
  std::string findings;
  std::size_t line = 0;
  const auto code = code_only(file.text);
  for (const auto each : lines_of(code)) {
    ++line;
    for (const auto clock : clocks)
      if (each.find(clock) != each.npos)
        findings += finding(file, line, "a sum with a clock may run over: use steady_in or wall_clock_in");
  }
  return findings;
}

}  // namespace

LAW("deadlines are made by steady_in and wall_clock_in") { CHECK(findings_in_tree(deadline_findings) == ""); }

LAW("a deadline that is made by hand is found") {
  CHECK(deadline_findings({"actors/a.cpp", "a();\nauto at = steady_now() + limit;"}) ==
        "actors/a.cpp:2: a sum with a clock may run over: use steady_in or wall_clock_in\n");
  CHECK(deadline_findings({"api/duroxide/a.hpp", "std::chrono::steady_clock::now() + limit"}) != "");
  CHECK(deadline_findings({"actors/a.cpp", "// steady_now() + limit\nsteady_in(limit);"}) == "");
  CHECK(deadline_findings({"tests/a.cpp", "wall_clock_now() + limit"}) == "");
}

}  // namespace laws_of_deadlines
