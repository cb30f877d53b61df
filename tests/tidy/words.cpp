// Rule: no promises in comments, no sleeping tests, and lines that fit beside each other.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>

namespace laws_of_words {

using namespace tidy;

namespace {

// Split, so that this file passes its own lint.
constexpr std::array<std::string_view, 4> promises{"TO"
                                                   "DO",
                                                   "FIX"
                                                   "ME",
                                                   "XX"
                                                   "X",
                                                   "HA"
                                                   "CK"};
constexpr std::array<std::string_view, 4> sleeps{"sleep_for", "sleep_until", "usleep", "nanosleep"};
constexpr std::size_t column_limit = 120;

std::size_t columns(std::string_view utf8) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; };
  return utf8.size() - static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), continues));
}

std::string promise_findings(const source& file) {
  std::string findings;
  std::size_t line = 0;
  for (const auto each : lines_of(file.text)) {
    ++line;
    for (const auto word : promises)
      if (has_word(each, word))
        findings += finding(file, line, std::string(word) + ": do it, or say what is so");
  }
  return findings;
}

std::string sleep_findings(const source& file) {
  if (!file.is_under("tests/") || !file.is_cpp()) return {};
  std::string findings;
  std::size_t line = 0;
  const auto code = code_only(file.text);
  for (const auto each : lines_of(code)) {
    ++line;
    for (const auto word : sleeps)
      if (has_word(each, word))
        findings += finding(file, line, std::string(word) + " in a test: wait for a condition");
  }
  return findings;
}

std::string whitespace_findings(const source& file) {
  if (file.path.ends_with(".md")) return {};
  std::string findings;
  std::size_t line = 0;
  for (const auto each : lines_of(file.text)) {
    ++line;
    if (!each.empty() && std::string_view(" \t\r").find(each.back()) != std::string_view::npos)
      findings += finding(file, line, "trailing whitespace");
    if (each.find('\t') != each.npos) findings += finding(file, line, "a tab");
    if (file.is_cpp() && columns(each) > column_limit)
      findings += finding(file, line, "more than 120 columns");
  }
  return findings;
}

}  // namespace

LAW("comments promise nothing") { CHECK(findings_in_tree(promise_findings) == ""); }

LAW("tests do not sleep") { CHECK(findings_in_tree(sleep_findings) == ""); }

LAW("lines fit, and end where they seem to end") { CHECK(findings_in_tree(whitespace_findings) == ""); }

LAW("a promise is found, in comments too") {
  for (const auto word : promises) {
    const source planted{"runtime/a.cpp", "a();\n// " + std::string(word) + ": later\n"};
    CHECK(promise_findings(planted) ==
          "runtime/a.cpp:2: " + std::string(word) + ": do it, or say what is so\n");
  }
  CHECK(promise_findings({"api/guide/a.md", "a " + std::string(promises[0])}) != "");
  CHECK(promise_findings({"tests/a.cpp", "mkdtemp(\"a-XXXXXX\");"}) == "");
}

LAW("a sleeping test is found") {
  CHECK(sleep_findings({"tests/a.cpp", "a();\nstd::this_thread::sleep_for(1s);"}) ==
        "tests/a.cpp:2: sleep_for in a test: wait for a condition\n");
  CHECK(sleep_findings({"tests/support/a.hpp", "std::this_thread::sleep_until(t);"}) != "");
  CHECK(sleep_findings({"tests/a.cpp", "usleep(10);"}) != "");
  CHECK(sleep_findings({"tests/a.cpp", "// No sleep_for here.\nf(\"usleep\");"}) == "");
  CHECK(sleep_findings({"bench/a.cpp", "std::this_thread::sleep_for(1s);"}) == "");
}

LAW("stray whitespace is found") {
  CHECK(whitespace_findings({"runtime/a.cpp", "a();\nb(); \n"}) == "runtime/a.cpp:2: trailing whitespace\n");
  CHECK(whitespace_findings({"runtime/a.cpp", "\ta();\n"}) == "runtime/a.cpp:1: a tab\n");
  CHECK(whitespace_findings({"runtime/a.cpp", "a();\r\n"}) == "runtime/a.cpp:1: trailing whitespace\n");
  CHECK(whitespace_findings({"tests/CMakeLists.txt", "a() \n"}) != "");
}

LAW("a long line is found, counted in characters") {
  CHECK(whitespace_findings({"runtime/a.cpp", std::string(120, 'a') + "\n"}) == "");
  CHECK(whitespace_findings({"runtime/a.cpp", std::string(121, 'a') + "\n"}) ==
        "runtime/a.cpp:1: more than 120 columns\n");
  CHECK(whitespace_findings({"runtime/a.cpp", std::string(119, 'a') + "\u00e9\n"}) == "");
  CHECK(whitespace_findings({"tests/CMakeLists.txt", std::string(121, 'a') + "\n"}) == "");
}

}  // namespace laws_of_words
