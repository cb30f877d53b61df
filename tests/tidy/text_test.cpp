// The ground under the other lints: what is code, and what is a comment or a literal.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"

namespace laws_of_text_test {

using namespace tidy;

LAW("comments and the insides of literals are not code") {
  CHECK(code_only("a(); // b") == "a();     ");
  CHECK(code_only("a /* b\nc */ d") == "a     \n     d");
  CHECK(code_only(R"(f("a\"b", 'c');)") == R"(f("    ", ' ');)");
  CHECK(code_only("f(\"// no comment\");g()") == "f(\"             \");g()");
  CHECK(code_only("f(R\"x(a)\"\n)x\");g()") == "f(R\"     \n  \");g()");
}

LAW("a quote inside a number separates digits") {
  CHECK(code_only("x = 1'000; y = 'a';") == "x = 1'000; y = ' ';");
  CHECK(code_only("x = 0xff'ff'00;") == "x = 0xff'ff'00;");
}

LAW("an unterminated literal or comment ends with its text") {
  CHECK(code_only("a \"b") == "a \" ");
  CHECK(code_only("a 'b\nc") == "a ' \nc");
  CHECK(code_only("a \"b\\") == "a \"  ");
  CHECK(code_only("a /* b") == "a     ");
  CHECK(code_only("R\"(b") == "R\"  ");
}

LAW("a directive reaches over its continued lines") {
  CHECK(without_directives("#if a \\\n b\nc") == "       \n  \nc");
}

LAW("a word stands by itself") {
  CHECK(has_word("a todo, b", "todo"));
  CHECK_FALSE(has_word("todos", "todo"));
  CHECK_FALSE(has_word("my_todo", "todo"));
  CHECK(last_word("auto name") == "name");
  CHECK(last_word("name ").empty());
}

}  // namespace laws_of_text_test
