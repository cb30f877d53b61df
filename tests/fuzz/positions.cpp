// How far the inbox has been read, as text that a node keeps and gives back. The functions are private to
// the files that use them, so these are compiled in here.
#include "persistence/postgres/inbox.cpp"
#include "persistence/sqlite/inbox.cpp"
#include "tests/fuzz/fuzzing.hpp"

namespace duroxide::fuzz {

namespace {

template <class From, class To> void check(const std::string& text, From from, To to) {
  const std::string written = to(from(text));
  law(to(from(written)) == written, "a position is read back as it was written");
  law(written.size() <= 11 * text.size() + 200, "a position stays about as long as its numbers");
}

}  // namespace

void take(std::string_view input) {
  const std::string text(input);
  const auto check_with = [&](auto from, auto to) { check(text, from, to); };
  check_with([](const auto& written) { return persistence::sqlite::position_from(written); },
             [](const auto& position) { return persistence::sqlite::to_text(position); });
  check_with([](const auto& written) { return persistence::postgres::position_from(written); },
             [](const auto& position) { return persistence::postgres::to_text(position); });
}

}  // namespace duroxide::fuzz
