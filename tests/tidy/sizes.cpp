// Rule: files and functions stay small, as a ratchet: nothing new crosses the limits, and what is
// listed in size_ratchet.txt may only shrink. The typical file and function stay short, too.
#include "tests/support/catch.hpp"
#include "tests/tidy/outline.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

namespace laws_of_sizes {

using namespace tidy;

namespace {

constexpr std::size_t file_limit = 500;
constexpr std::size_t function_limit = 60;

// Lines by path, or by path:function.
using sizes = std::map<std::string, std::size_t>;

sizes oversized(const std::vector<source>& files) {
  sizes found;
  for (const auto& file : files) {
    if (!file.is_cpp()) continue;
    const auto lines = lines_of(file.text).size();
    if (lines > file_limit) found[file.path] = lines;
    for (const auto& each : outline_of(file.text).functions) {
      if (each.lines <= function_limit) continue;
      auto& longest = found[file.path + ":" + each.name];
      longest = std::max(longest, each.lines);
    }
  }
  return found;
}

sizes parse_ratchet(std::string_view text) {
  sizes allowed;
  for (const auto line : lines_of(text)) {
    if (trimmed(line).empty() || line.starts_with('#')) continue;
    const auto gap = line.rfind(' ');
    const auto number = gap == line.npos ? std::string_view{} : line.substr(gap + 1);
    std::size_t lines = 0;
    const auto end = number.data() + number.size();
    if (number.empty() || std::from_chars(number.data(), end, lines).ptr != end)
      throw std::runtime_error("size_ratchet.txt: not a path and a number: " + std::string(line));
    allowed[std::string(trimmed(line.substr(0, gap)))] = lines;
  }
  return allowed;
}

// In lines: half of them, and nine of ten, are no longer.
struct typical_sizes {
  std::size_t median = 0;
  std::size_t ninth_decile = 0;
};

typical_sizes typical(std::vector<std::size_t> all) {
  std::ranges::sort(all);
  return {all[all.size() / 2], all[all.size() * 9 / 10]};
}

bool is_product(const source& file) {
  return file.is_cpp() && (file.is_under("actors/") || file.is_under("runtime/") ||
                           file.is_under("persistence/") || file.is_under("api/duroxide/"));
}

std::string ratchet_findings(const sizes& found, const sizes& allowed) {
  std::string findings;
  for (const auto& [name, lines] : found) {
    const auto entry = allowed.find(name);
    const auto size = name + ": " + std::to_string(lines) + " lines, ";
    if (entry == allowed.end()) {
      findings += size + "too long\n";
    } else if (lines > entry->second) {
      findings += size + "grew beyond its " + std::to_string(entry->second) + "\n";
    } else if (lines < entry->second) {
      findings += size + "lower its entry\n";
    }
  }
  for (const auto& [name, lines] : allowed)
    if (!found.contains(name)) findings += name + ": remove its entry\n";
  return findings;
}

sizes ratchet() {
  const auto& files = tree();
  const auto list = std::find_if(files.begin(), files.end(),
                                 [](const source& s) { return s.path == "tests/tidy/size_ratchet.txt"; });
  return list == files.end() ? sizes{} : parse_ratchet(list->text);
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "a();\n";
  return text;
}

}  // namespace

LAW("files and functions stay small, and those listed only shrink") {
  CHECK(ratchet_findings(oversized(tree()), ratchet()) == "");
}

LAW("the typical file and the typical function of the product are short") {
  std::vector<std::size_t> files;
  std::vector<std::size_t> functions;
  for (const source& file : tree()) {
    if (!is_product(file)) continue;
    files.push_back(lines_of(file.text).size());
    for (const auto& each : outline_of(file.text).functions) functions.push_back(each.lines);
  }
  CHECK(typical(files).median <= 60);
  CHECK(typical(files).ninth_decile <= 190);
  CHECK(typical(functions).median <= 5);
  CHECK(typical(functions).ninth_decile <= 14);
}

LAW("a long file is found") {
  CHECK(oversized({{"runtime/a.cpp", lines(500)}}).empty());
  CHECK(oversized({{"runtime/a.cpp", lines(501)}}) == sizes{{"runtime/a.cpp", 501}});
  CHECK(oversized({{"tests/a.hpp", lines(501)}}) == sizes{{"tests/a.hpp", 501}});
  CHECK(oversized({{"api/README.md", lines(501)}}).empty());
}

LAW("a long function is found") {
  CHECK(oversized({{"runtime/a.cpp", "void f() {\n" + lines(58) + "}\n"}}).empty());
  CHECK(oversized({{"runtime/a.cpp", "void f() {\n" + lines(59) + "}\n"}}) == sizes{{"runtime/a.cpp:f", 61}});
  CHECK(oversized({{"tests/a.cpp", "LAW(\"a\") {\n" + lines(80) + "}\n"}}) == sizes{{"tests/a.cpp:LAW", 82}});
  CHECK(oversized({{"runtime/a.cpp", "namespace n {\n" + lines(80) + "}\n"}}).empty());
}

LAW("the ratchet only turns one way") {
  CHECK(ratchet_findings({{"a.cpp", 600}}, {}) == "a.cpp: 600 lines, too long\n");
  CHECK(ratchet_findings({{"a.cpp", 600}}, {{"a.cpp", 590}}) == "a.cpp: 600 lines, grew beyond its 590\n");
  CHECK(ratchet_findings({{"a.cpp", 600}}, {{"a.cpp", 610}}) == "a.cpp: 600 lines, lower its entry\n");
  CHECK(ratchet_findings({}, {{"a.cpp", 600}}) == "a.cpp: remove its entry\n");
  CHECK(ratchet_findings({{"a.cpp", 600}}, {{"a.cpp", 600}}) == "");
}

LAW("the ratchet is a list of paths and numbers") {
  CHECK(parse_ratchet("# why\n\nruntime/a.cpp 600\nruntime/a.cpp:f 90\n") ==
        sizes{{"runtime/a.cpp", 600}, {"runtime/a.cpp:f", 90}});
  CHECK_THROWS(parse_ratchet("runtime/a.cpp\n"));
  CHECK_THROWS(parse_ratchet("runtime/a.cpp many\n"));
}

}  // namespace laws_of_sizes
