// Rule: headers are included once, bring no `using namespace`, and public ones no macros. The one below the public
// headers that has some is for sources, and for headers of other layers.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

namespace laws_of_headers {

using namespace tidy;

namespace {

// The word behind the `#` of a preprocessor line, or nothing.
std::string_view directive(std::string_view line) {
  line = trimmed(line);
  return line.starts_with('#') ? trimmed(line.substr(1)) : std::string_view{};
}

constexpr std::string_view annotations = "duroxide/detail/mutex.hpp";

std::string_view macro_finding(const source& file, std::string_view code, std::string_view line) {
  if (!file.is_under("api/duroxide/") || file.path == "api/" + std::string(annotations)) return {};
  if (directive(code).starts_with("define")) return "a public header defines a macro";
  const bool includes = directive(line).starts_with("include") && line.find(annotations) != line.npos;
  return includes ? "a public header includes one with macros" : std::string_view{};
}

std::string header_findings(const source& file) {
  if (!file.is_header()) return {};
  std::string findings;
  bool once = false;
  std::size_t line = 0;
  const auto text = lines_of(file.text);
  const auto code = code_only(file.text);
  for (const auto each : lines_of(code)) {
    ++line;
    if (directive(each) == "pragma once") once = true;
    if (const auto macro = macro_finding(file, each, text[line - 1]); !macro.empty())
      findings += finding(file, line, macro);
    if (each.find("using namespace") != each.npos)
      findings += finding(file, line, "a header has a using directive");
  }
  if (!once) findings += finding(file, 1, "a header lacks #pragma once");
  return findings;
}

std::string finds(std::string path, std::string text) {
  return header_findings({std::move(path), std::move(text)});
}

}  // namespace

LAW("headers are included once and pour nothing over their users") {
  CHECK(findings_in_tree(header_findings) == "");
}

LAW("a header without #pragma once is found") {
  CHECK(finds("runtime/a.hpp", "int a();\n") == "runtime/a.hpp:1: a header lacks #pragma once\n");
  CHECK(finds("runtime/a.hpp", "// #pragma once\n") != "");
  CHECK(finds("runtime/a.hpp", "// What a is.\n#pragma once\n") == "");
  CHECK(finds("runtime/a.cpp", "int a() { return 1; }\n") == "");
}

LAW("a macro in a public header is found") {
  CHECK(finds("api/duroxide/a.hpp", "#pragma once\n# define A 1\n") ==
        "api/duroxide/a.hpp:2: a public header defines a macro\n");
  CHECK(finds("api/duroxide/a.hpp", "#pragma once\n#include \"duroxide/detail/mutex.hpp\"\n") ==
        "api/duroxide/a.hpp:2: a public header includes one with macros\n");
  CHECK(finds("api/duroxide/detail/mutex.hpp", "#pragma once\n#define A 1\n") == "");
  CHECK(finds("tests/support/a.hpp", "#pragma once\n#define A 1\n") == "");
}

LAW("a using directive in a header is found") {
  CHECK(finds("actors/a.hpp", "#pragma once\nusing namespace std;\n") ==
        "actors/a.hpp:2: a header has a using directive\n");
  CHECK(finds("actors/a.hpp", "#pragma once\nusing std::string;\n") == "");
  CHECK(finds("actors/a.cpp", "using namespace std;\n") == "");
}

}  // namespace laws_of_headers
