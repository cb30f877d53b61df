// Rule: the C++ of a guide page is a region of the page's program, so that all that is shown is compiled and
// run; and what a program marks as a region is shown.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

namespace laws_of_guide {

using namespace tidy;

namespace {

constexpr std::string_view folder = "api/guide/";

struct region {
  std::size_t line = 0;
  std::string text;
};

// By "file: name", as pages call them.
using regions = std::map<std::string, region>;

// Lines without the blanks that all of them begin with.
std::string without_indent(const std::vector<std::string_view>& lines) {
  auto indent = std::string_view::npos;
  for (const auto each : lines)
    if (!trimmed(each).empty()) indent = std::min(indent, each.find_first_not_of(' '));
  std::string text;
  for (const auto each : lines) text += std::string(each.substr(std::min(indent, each.size()))) + "\n";
  return text;
}

std::string_view name_in_marker(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("// [") || !line.ends_with(']')) return {};
  return line.substr(4, line.size() - 5);
}

std::string file_name(const source& file) { return file.path.substr(folder.size()); }

// The regions of a program, `// [name]` to `// [end]`.
std::string read_regions(const source& file, regions& found) {
  std::string findings;
  std::string open;
  std::size_t opened = 0;
  std::size_t line = 0;
  std::vector<std::string_view> inside;
  for (const auto each : lines_of(file.text)) {
    ++line;
    const auto name = name_in_marker(each);
    if (name.empty()) {
      inside.push_back(each);
    } else if ((name == "end") == open.empty()) {
      findings += finding(file, line, open.empty() ? "[end] without a region" : "a region inside a region");
    } else if (name == "end") {
      const auto whole = file_name(file) + ": " + open;
      if (!found.emplace(whole, region{opened, without_indent(inside)}).second)
        findings += finding(file, opened, "two regions are called " + open);
      open.clear();
    } else {
      open = name;
      opened = line;
      inside.clear();
    }
  }
  if (!open.empty()) findings += finding(file, opened, "region " + open + " has no [end]");
  return findings;
}

// The region that an HTML comment names, "file.cpp: region".
std::string_view named_in_comment(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("<!--") || !line.ends_with("-->")) return {};
  return trimmed(line.substr(4, line.size() - 7));
}

bool may_be_cpp(std::string_view language) {
  constexpr std::array<std::string_view, 5> others{"text", "sh", "cmake", "json", "sql"};
  return std::find(others.begin(), others.end(), language) == others.end();
}

std::string block_findings(const source& page, std::size_t line, std::string_view named,
                           const std::string& shown, const regions& known, std::set<std::string>& used) {
  const auto found = known.find(std::string(named));
  if (found == known.end())
    return finding(page, line,
                   named.empty() ? "C++ that names no region" : "no region " + std::string(named));
  used.insert(found->first);
  return found->second.text == shown ? "" : finding(page, line, "differs from region " + found->first);
}

std::string page_findings(const source& page, const regions& known, std::set<std::string>& used) {
  std::string findings;
  std::string shown;
  std::string_view before;  // the last line that is not empty
  std::string_view named;
  std::size_t opened = 0;
  bool cpp = false;
  std::size_t line = 0;
  for (const auto each : lines_of(page.text)) {
    ++line;
    if (each.starts_with("```") && opened == 0) {
      opened = line;
      cpp = may_be_cpp(each.substr(3));
      named = named_in_comment(before);
      shown.clear();
    } else if (each.starts_with("```")) {
      if (cpp) findings += block_findings(page, opened, named, shown, known, used);
      opened = 0;
    } else if (opened != 0) {
      shown += std::string(each) + "\n";
    } else if (each.starts_with("    ") || each.starts_with("\t") || trimmed(each).starts_with("```")) {
      findings += finding(page, line, "an indented block: use a fence at the margin");
    }
    if (!trimmed(each).empty()) before = each;
  }
  if (opened != 0) findings += finding(page, opened, "a fence that does not close");
  return findings;
}

std::string pair_findings(const std::vector<source>& files) {
  const auto exists = [&](const std::string& path) {
    return std::any_of(files.begin(), files.end(), [&](const source& s) { return s.path == path; });
  };
  std::string findings;
  for (const auto& file : files) {
    const auto stem = file.path.substr(0, file.path.rfind('.'));
    if (file.path.ends_with(".md") && file_name(file) != "README.md" && !exists(stem + ".cpp"))
      findings += file.path + ": has no program\n";
    if (file.path.ends_with(".cpp") && !exists(stem + ".md")) findings += file.path + ": has no page\n";
  }
  return findings;
}

std::string guide_findings(const std::vector<source>& all) {
  std::vector<source> files;
  std::copy_if(all.begin(), all.end(), std::back_inserter(files),
               [](const source& s) { return s.is_under(folder); });
  if (files.empty()) return std::string(folder) + ": nothing there\n";
  std::string findings = pair_findings(files);
  regions known;
  std::set<std::string> used;
  for (const auto& file : files)
    if (file.is_cpp()) findings += read_regions(file, known);
  for (const auto& file : files)
    if (file.path.ends_with(".md")) findings += page_findings(file, known, used);
  for (const auto& [name, shown] : known)
    if (!used.contains(name))
      findings +=
          std::string(folder) + name + ", line " + std::to_string(shown.line) + ": shown on no page\n";
  return findings;
}

const std::string fence = "```";

// What is wrong with a page and its program.
std::string finds(const std::string& page, const std::string& program) {
  return guide_findings({{"api/guide/a.md", page}, {"api/guide/a.cpp", program}});
}

std::string block(const std::string& code) {
  return "<!-- a.cpp: one -->\n" + fence + "cpp\n" + code + fence + "\n";
}

const std::string one = "  // [one]\n  int a();\n\n    int b();\n  // [end]\n";

}  // namespace

LAW("the guide shows what its programs run, and all of it") { CHECK(guide_findings(tree()) == ""); }

LAW("a block is its region, without the indentation that all of it has") {
  CHECK(finds(block("int a();\n\n  int b();\n"), one) == "");
  CHECK(finds(block("int a();\n\nint b();\n"), one) == "api/guide/a.md:2: differs from region a.cpp: one\n");
  CHECK(finds(block("int a();\n\n  int b();\n") + block("int a(1);\n"), one) ==
        "api/guide/a.md:8: differs from region a.cpp: one\n");
}

LAW("C++ that is from no region is found, under any name and in any form") {
  const auto shown = block("int a();\n\n  int b();\n");
  for (const auto* language : {"cpp", "c++", "", "C++"})
    CHECK(finds(shown + "Words.\n\n" + fence + language + "\nint a();\n" + fence + "\n", one) ==
          "api/guide/a.md:9: C++ that names no region\n");
  CHECK(finds(shown + "<!-- a.cpp: two -->\n" + fence + "cpp\nint a();\n" + fence + "\n", one) ==
        "api/guide/a.md:8: no region a.cpp: two\n");
  CHECK(finds(shown + "    int a();\n", one) ==
        "api/guide/a.md:7: an indented block: use a fence at the margin\n");
  CHECK(finds(shown + fence + "text\nint a();\n" + fence + "\n", one) == "");
  CHECK(finds(shown + fence + "text\n", one) == "api/guide/a.md:7: a fence that does not close\n");
}

LAW("a region that is shown nowhere is found") {
  CHECK(finds("Words.\n", one) == "api/guide/a.cpp: one, line 1: shown on no page\n");
}

LAW("regions have an end and a name of their own, and hold no others") {
  CHECK(finds("", "// [one]\n") == "api/guide/a.cpp:1: region one has no [end]\n");
  CHECK(finds("", "// [end]\n") == "api/guide/a.cpp:1: [end] without a region\n");
  CHECK(finds(block("a\n"), "// [one]\na\n// [end]\n// [one]\nb\n// [end]\n") ==
        "api/guide/a.cpp:4: two regions are called one\n");
  CHECK(finds(block("a\nb\n"), "// [one]\na\n// [two]\nb\n// [end]\n") ==
        "api/guide/a.cpp:3: a region inside a region\n");
}

LAW("a page has a program, and a program a page") {
  CHECK(guide_findings({{"api/guide/a.md", ""}}) == "api/guide/a.md: has no program\n");
  CHECK(guide_findings({{"api/guide/a.cpp", ""}}) == "api/guide/a.cpp: has no page\n");
  CHECK(guide_findings({{"api/guide/README.md", ""}}) == "");
  CHECK(guide_findings({{"api/examples/a.cpp", ""}}) == "api/guide/: nothing there\n");
}

}  // namespace laws_of_guide
