// How the lints read C++: statements end where a reader sees them end, and functions have a length.
#include "tests/support/catch.hpp"
#include "tests/tidy/outline.hpp"

namespace laws_of_outline_test {

using namespace tidy;

namespace {

std::string statements(std::string_view text) {
  std::string all;
  for (const auto& each : outline_of(text).statements)
    all += std::to_string(each.line) + ": " + each.text + "\n";
  return all;
}

std::string functions(std::string_view text) {
  std::string all;
  for (const auto& each : outline_of(text).functions)
    all += each.name + " at " + std::to_string(each.line) + " has " + std::to_string(each.lines) + "\n";
  return all;
}

}  // namespace

LAW("statements end at semicolons and at the braces of blocks") {
  CHECK(statements("a();\nif (b) {\n  c();\n} else {\n  d();\n}") ==
        "1: a()\n2: if (b)\n3: c()\n4: else\n5: d()\n");
  CHECK(statements("for (a; b; c) { d(); }") == "1: for (a; b; c)\n1: d()\n");
  CHECK(statements("if (a[i]->ok()) { b(); }") == "1: if (a[i]->ok())\n1: b()\n");
  CHECK(statements("if (a) [[likely]] { b(); }") == "1: if (a) [[likely]]\n1: b()\n");
  CHECK(statements("case 1: { b(); }") == "1: case 1:\n1: b()\n");
}

LAW("the braces of an initializer belong to their statement") {
  CHECK(statements("f(order{1}, {2});") == "1: f(order{1}, {2})\n");
  CHECK(statements("order o{.id = g({1})};") == "1: order o{.id = g({1})}\n");
  CHECK(statements("return {1};") == "1: return {1}\n");
}

LAW("the body of a lambda has statements of its own") {
  CHECK(statements("f([](int n) -> task<int> { g(n); h(); });\ni();") ==
        "1: g(n)\n1: h()\n1: f([](int n) -> task<int> {})\n2: i()\n");
  CHECK(statements("auto l = [x]() mutable { g(); };") == "1: g()\n1: auto l = [x]() mutable {}\n");
  CHECK(statements("return [] { g(); };") == "1: g()\n1: return [] {}\n");
  CHECK(statements("f([]<class T>(T t) { g(t); });") == "1: g(t)\n1: f([]<class T>(T t) {})\n");
}

LAW("a function begins at its head and ends with its brace") {
  CHECK(functions("int f(int a,\n      int b) {\n  return a;\n}") == "f at 1 has 4\n");
  CHECK(functions("auto f() const noexcept -> std::map<int, int> {\n}") == "f at 1 has 2\n");
  CHECK(functions("template <class T>\nvoid f(T t) requires small<T> {\n}") == "f at 1 has 3\n");
  CHECK(functions("LAW(\"a\") {\n  if (b) {\n  }\n}") == "LAW at 1 has 4\n");
}

LAW("functions are found inside namespaces and classes") {
  CHECK(functions("namespace a {\nclass b : c<d> {\npublic:\n  b(int e) : e_{e}, f_(e) {\n  }\n  int "
                  "e_{1};\n};\n}") == "b at 4 has 2\n");
  CHECK(functions("enum class a { b, c };\nstruct d { int e{1}; };\nint f[] = {1, 2};") == "");
  CHECK(functions("bool a::operator()(int b) const {\n}") == "a::operator at 1 has 2\n");
}

LAW("a function inside a function counts for the outer one") {
  CHECK(functions("void f() {\n  g([&] {\n    h();\n  });\n}") == "f at 1 has 5\n");
  CHECK(functions("constexpr auto f = [] {\n  g();\n};") == "lambda at 1 has 3\n");
}

}  // namespace laws_of_outline_test
