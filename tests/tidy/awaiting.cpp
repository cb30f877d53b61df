// Rule: one co_await per statement, bound to a name; its operand has no braces, no ?: and no captures.
// g++ 12 destroys such temporaries twice, silently; later ones leak direct structured bindings.
#include "tests/support/catch.hpp"
#include "tests/tidy/outline.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>

namespace laws_of_awaiting {

using namespace tidy;

namespace {

bool has_captures(std::string_view code) {
  for (auto place = code.find('['); place != code.npos; place = code.find('[', place + 1)) {
    const auto captures = code.substr(place + 1, std::min(code.find(']', place), code.size()) - place - 1);
    if (opens_lambda(code, place) && !trimmed(captures).empty()) return true;
  }
  return false;
}

bool binds_directly(std::string_view code) {
  for (auto place = code.find('['); place != code.npos; place = code.find('[', place + 1)) {
    const auto close = std::min(code.find(']', place), code.size());
    if (opens_binding(code, place) && trimmed(code.substr(close)).starts_with("]") &&
        trimmed(code.substr(std::min(close + 1, code.size()))).starts_with('='))
      return true;
  }
  return false;
}

bool awaits_twice(std::string_view code) {
  const auto first = find_word(code, "co_await");
  return find_word(code, "co_await", first + 1) != code.npos;
}

std::string statement_findings(const source& file, const statement& each) {
  const std::string_view code = each.text;
  if (!has_word(code, "co_await")) return {};
  std::string findings;
  const auto found = [&](std::string_view complaint) { findings += finding(file, each.line, complaint); };
  if (has_captures(code)) found("captures in an awaiting statement: name the closure first");
  if (code.find('{') != code.npos) found("braces in an awaiting statement: name the value first");
  if (code.find('?') != code.npos) found("?: in an awaiting statement: use if and else");
  if (binds_directly(code)) found("a structured binding of co_await: bind a name, then decompose it");
  if (awaits_twice(code)) found("two co_awaits in a statement: give each its own");
  return findings;
}

std::string await_findings(const source& file) {
  const bool awaits = file.is_under("api/") || file.is_under("tests/") || file.is_under("bench/");
  const bool exempt = file.is_under("tests/api/misuse/") || file.is_under("tests/tidy/");
  if (!awaits || exempt || !file.is_cpp()) return {};
  std::string findings;
  for (const auto& each : outline_of(file.text).statements) findings += statement_findings(file, each);
  return findings;
}

// What is wrong with a statement in an orchestration, without its place.
std::string finds(const std::string& body) {
  const source planted{"tests/a.cpp",
                       "dx::task<int> a(dx::orchestration_context ctx, int n) {\n" + body + "\n}\n"};
  std::string kinds;
  const auto all = await_findings(planted);
  for (auto line : lines_of(all)) {
    line.remove_prefix(std::string_view("tests/a.cpp:2: ").size());
    kinds += std::string(line.substr(0, line.find(" in a"))) + ";";
  }
  return kinds;
}

}  // namespace

LAW("one co_await per statement, with a plain operand") { CHECK(findings_in_tree(await_findings) == ""); }

LAW("a finding names the file and the line") {
  const source planted{"bench/a.cpp", "task<int> a() {\n  int b = 1;\n  co_await f({b});\n}\n"};
  CHECK(await_findings(planted) == "bench/a.cpp:3: braces in an awaiting statement: name the value first\n");
}

LAW("braces in an awaiting statement are found") {
  CHECK(finds("co_await ctx.call(charge, order{.id = 7});") == "braces;");
  CHECK(finds("co_await ctx.call(charge, {n, 7});") == "braces;");
  CHECK(finds("co_return order{co_await ctx.call(charge, n)};") == "braces;");
  CHECK(finds("order o{.id = co_await ctx.call(charge, n)};") == "braces;");
  CHECK(finds("co_return {co_await ctx.call(charge, n)};") == "braces;");
  CHECK(finds("auto x = co_await f([](int i) { return i; });") == "braces;");
  CHECK(finds("if (co_await f(order{})) { g(); }") == "braces;");
}

LAW("?: in an awaiting statement is found") {
  CHECK(finds("auto x = n ? co_await f() : std::string(\"b\");") == "?:;");
  CHECK(finds("co_await f(n ? s + \"1\" : t);") == "?:;");
}

LAW("captures in an awaiting statement are found") {
  CHECK(finds("co_await f([s] { return s; });") == "captures;braces;");
  CHECK(finds("co_await [&]() -> dx::task<int> { co_return n; }();") == "captures;braces;");
}

LAW("two co_awaits in a statement are found") {
  CHECK(finds("co_return co_await f() + co_await g();") == "two co_awaits;");
  CHECK(finds("co_await f(co_await g());") == "two co_awaits;");
}

LAW("a structured binding of co_await is found") {
  CHECK(finds("auto [a, b] = co_await f();") ==
        "a structured binding of co_await: bind a name, then decompose it;");
  CHECK(finds("auto&& [a, b] = *co_await f();") != "");
}

LAW("a bad await inside the body of a lambda is found") {
  CHECK(
      finds(
          "runtime.add(w, [](ctx c, int n) -> dx::task<int> { co_return co_await c.call(x, order{n}); });") ==
      "braces;");
}

LAW("plain awaits are left alone") {
  CHECK(finds("order o{.id = 7}; co_await ctx.call(charge, o);") == "");
  CHECK(finds("if (auto x = co_await f(); x) { g(order{1}); }") == "");
  CHECK(finds("for (auto& [k, v] : co_await f()) { g(k); }") == "");
  CHECK(finds("auto both = co_await all(f(n), g(m[n]));auto& [a, b] = both;") == "");
  CHECK(finds("auto x = n ? 1 : 2; co_return co_await f(x);") == "");
  CHECK(finds("runtime.add(w, [](ctx c, int n) -> dx::task<int> { co_return co_await c.call(x, n); });") ==
        "");
  CHECK(finds("runtime.add(w, [](ctx c) -> dx::task<int> { co_await c.f(); co_return co_await c.g(); });") ==
        "");
  CHECK(finds("co_await f(\"{ ? [x]\"); // co_await {}") == "");
}

LAW("code that must not compile may await as it likes") {
  CHECK(await_findings({"tests/api/misuse/a.cpp", "task<int> a() { co_await f({1}); }"}) == "");
}

}  // namespace laws_of_awaiting
