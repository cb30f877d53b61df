// Rule: what is declared has a noun or a verb for a name. A pronoun or a preposition does not say what it is.
#include "tests/support/catch.hpp"
#include "tests/tidy/outline.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace laws_of_identifiers {

using namespace tidy;

namespace {

constexpr std::array<std::string_view, 12> function_words{"as", "at", "by",   "in",    "is",  "it",
                                                          "of", "on", "said", "there", "who", "whom"};

// Words after which an expression stands, or a label, and no name.
constexpr std::array<std::string_view, 16> precedes_a_value{
    "return", "co_return", "co_await", "co_yield", "throw", "case",   "else", "do",
    "delete", "new",       "goto",     "not",      "and",   "sizeof", "or",   "typename"};

bool is_one_of(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_blank(char c) { return c == ' ' || c == '\n'; }

// Whether this text ends with a type: `auto&`, `std::vector<int>` and `client` do, `a &&` and `a <` do not.
bool ends_with_type(std::string_view text) {
  if (text.empty() || !is_blank(text.back())) return false;
  text = trimmed(text);
  if (text.empty()) return false;
  const auto word = last_word(text);
  if (!word.empty()) return !is_one_of(precedes_a_value, word);
  const auto mark = text.find_last_not_of("&*>");
  return mark != text.npos && mark + 1 < text.size() && !is_blank(text[mark]);
}

bool goes_on_as_declaration(std::string_view text) {
  const auto next = text.find_first_not_of(" \n");
  return next == text.npos || std::string_view("=;,){:([>").find(text[next]) != text.npos;
}

// Whether the name at this place is one of those that a structured binding declares.
bool is_bound(std::string_view code, std::size_t place) {
  const auto open = code.find_last_of("[](){};", place);
  return open != code.npos && code[open] == '[' && opens_binding(code, open);
}

// Whether the name at this place is that of a capture that is given a value.
bool is_captured(std::string_view code, std::size_t place, std::string_view rest) {
  const auto open = code.find_last_of("[]{};", place);
  return open != code.npos && code[open] == '[' && opens_lambda(code, open) && trimmed(rest).starts_with('=');
}

std::size_t line_at(std::string_view text, std::size_t place) {
  return 1 + static_cast<std::size_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(place), '\n'));
}

std::string findings_of_word(const source& file, std::string_view code, std::string_view word) {
  std::string findings;
  for (auto place = find_word(code, word); place != code.npos; place = find_word(code, word, place + 1)) {
    const auto rest = code.substr(place + word.size());
    const bool declares = ends_with_type(code.substr(0, place)) && goes_on_as_declaration(rest);
    if (declares || is_bound(code, place) || is_captured(code, place, rest))
      findings += finding(file, line_at(code, place), std::string(word) + ": say what it is");
  }
  return findings;
}

// `register_actor(account).on(deposit, ...)` is how registrations read.
bool is_allowed(const source& file, std::string_view word) {
  return word == "on" && file.path == "api/duroxide/actor_handlers.hpp";
}

std::string identifier_findings(const source& file) {
  if (!file.is_cpp()) return {};
  const auto code = without_directives(code_only(file.text));
  std::string findings;
  for (const auto word : function_words) {
    if (is_allowed(file, word)) continue;
    findings += findings_of_word(file, code, word);
    findings += findings_of_word(file, code, std::string(word) + "_");
  }
  return findings;
}

bool is_found(std::string text) { return !identifier_findings({"runtime/a.cpp", std::move(text)}).empty(); }

}  // namespace

LAW("no identifier is a pronoun or a preposition") { CHECK(findings_in_tree(identifier_findings) == ""); }

LAW("a finding names the file, the line and the word") {
  CHECK(identifier_findings({"tests/a.cpp", "\nint f(client& by);\n"}) ==
        "tests/a.cpp:2: by: say what it is\n");
}

LAW("locals, parameters, members and functions with such a name are found") {
  CHECK(is_found("auto it = f();"));
  CHECK(is_found("const auto it = numbers.find(1);"));
  CHECK(is_found("store it(\"file\");"));
  CHECK(is_found("store it{1};"));
  CHECK(is_found("store it;"));
  CHECK(is_found("for (auto&& it : all) f();"));
  CHECK(is_found("for (const client* by : all) f();"));
  CHECK(is_found("void f(std::vector<std::pair<int, int>> of, int n);"));
  CHECK(is_found("void f(const std::string&\n           said);"));
  CHECK(is_found("auto f = [](const auto& at) { return 1; };"));
  CHECK(is_found("struct a { moment at_ = 0; };"));
  CHECK(is_found("void at(int milliseconds);"));
  CHECK(is_found("template <class of> int f();"));
}

LAW("structured bindings and captures with such a name are found") {
  CHECK(is_found("for (const auto& [name, it] : all) f();"));
  CHECK(is_found("auto [in, out] = f();"));
  CHECK(is_found("f([at = now()] { return 1; });"));
  CHECK(is_found("f([&, at = now()] { return 1; });"));
}

LAW("uses, other words, comments and literals are left alone") {
  CHECK_FALSE(is_found("return it;"));
  CHECK_FALSE(is_found("co_return at + 1;"));
  CHECK_FALSE(is_found("f(a && it, b & it, c < it, d > it, e * it);"));
  CHECK_FALSE(is_found("from >> it; to << it;"));
  CHECK_FALSE(is_found("f(numbers.at(1), page->of, kinds::in, items[at], a ? it : b);"));
  CHECK_FALSE(is_found("int item = 1; bool is_open = true; auto italic = at_most(1); int at_most_;"));
  CHECK_FALSE(is_found("// It has what it had: int it = 1;\nf(\"int it = 1;\", R\"(select 1 as it;)\");"));
  CHECK_FALSE(is_found("#define f int it = 1;\n"));
}

}  // namespace laws_of_identifiers
