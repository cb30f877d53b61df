// Rule: numbers become text, and text becomes numbers, the same way in every locale. Streams, printf and
// strtod write and read as the program's locale says ("1 234,5"), and that is the user's: std::to_chars,
// std::from_chars, and std::to_string of integers do not ask it.
#include "tests/support/catch.hpp"
#include "tests/tidy/text.hpp"
#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>

namespace laws_of_numbers {

using namespace tidy;

namespace {

constexpr std::array<std::string_view, 23> by_the_locale{
    "stringstream", "ostringstream", "istringstream", "strtod",       "strtof",   "strtold",
    "atof",         "stod",          "stof",          "stold",        "scanf",    "sscanf",
    "fscanf",       "setlocale",     "put_time",      "get_time",     "strftime", "put_money",
    "get_money",    "setw",          "setfill",       "setprecision", "locale"};
constexpr std::array<std::string_view, 6> printers{"printf",  "fprintf",  "sprintf",
                                                   "dprintf", "snprintf", "vsnprintf"};
constexpr std::array<std::string_view, 6> streams{"ostream",  "ofstream", "istream",
                                                  "ifstream", "fstream",  "iostream"};

bool is_of_the_library(const source& file) {
  constexpr std::array<std::string_view, 4> folders{"api/duroxide/", "runtime/", "persistence/", "actors/"};
  return file.is_cpp() && std::ranges::any_of(folders, [&](auto each) { return file.is_under(each); });
}

bool has_any(std::string_view text, const auto& words) {
  return std::ranges::any_of(words, [&](auto word) { return has_word(text, word); });
}

// A conversion of a floating-point number, or the flag that groups digits.
bool formats_by_locale(std::string_view text) {
  for (auto place = text.find('%'); place != text.npos; place = text.find('%', place + 1)) {
    const auto end = text.find_first_of("aAdiouxXcspnfFeEgG%", place + 1);
    if (end == text.npos) return false;
    if (std::string_view("aAfFeEgG").find(text[end]) != std::string_view::npos) return true;
    if (text.substr(place, end - place).find('\'') != std::string_view::npos) return true;
    place = end;
  }
  return false;
}

bool is_number(std::string_view operand) {
  operand = trimmed(operand);
  return operand.starts_with("static_cast<") || operand.ends_with(".size()") ||
         operand.ends_with(".count()") || operand.ends_with(".length()");
}

// Of code that has streams: what stands between << and the next one.
bool streams_number(std::string_view code) {
  for (auto place = code.find("<< "); place != code.npos; place = code.find("<< ", place + 1)) {
    const auto rest = code.substr(place + 3);
    if (is_number(rest.substr(0, std::min(rest.find("<<"), rest.find(';'))))) return true;
  }
  return code.find(" >> ") != code.npos;
}

bool names_floating_point(std::string_view code) {
  const auto place = find_word(code, "to_string");
  return place != code.npos &&
         (has_word(code.substr(place), "double") || has_word(code.substr(place), "float"));
}

std::string number_findings(const source& file) {
  if (!is_of_the_library(file)) return {};
  std::string findings;
  const auto code = code_only(file.text);
  const bool has_streams = has_any(code, streams);
  const auto raw = lines_of(file.text);
  std::size_t line = 0;
  for (const auto each : lines_of(code)) {
    const auto found = [&](const std::string& complaint) { findings += finding(file, line, complaint); };
    const auto as_written = raw[line++];
    if (trimmed(each).starts_with('#')) continue;
    for (const auto word : by_the_locale)
      if (has_word(each, word)) found(std::string(word) + " goes by the locale: use to_chars or from_chars");
    if (has_any(each, printers) && formats_by_locale(as_written))
      found("printf goes by the locale: use to_chars");
    if (names_floating_point(each)) found("to_string of a double goes by the locale: use to_chars");
    if (has_streams && streams_number(each)) found("a number in a stream goes by its locale: use to_string");
  }
  return findings;
}

}  // namespace

LAW("numbers are written and read without the locale") { CHECK(findings_in_tree(number_findings) == ""); }

LAW("a number that goes by the locale is found") {
  const auto found = [](const std::string& code) {
    return number_findings({"persistence/a.cpp", code}).starts_with("persistence/a.cpp:");
  };
  CHECK(number_findings({"persistence/a.cpp", "a();\nstd::ostringstream out;\n"}) ==
        "persistence/a.cpp:2: ostringstream goes by the locale: use to_chars or from_chars\n");
  CHECK(found("std::istringstream in(text);"));
  CHECK(found("const double x = std::stod(text);"));
  CHECK(found("x = strtod(text, nullptr);"));
  CHECK(found("std::snprintf(to, 9, \"%.9g\", value);"));
  CHECK(found("std::printf(\"%s %'d\", text, value);"));
  CHECK(found("text = std::to_string(static_cast<double>(n));"));
  CHECK(found("std::setlocale(LC_ALL, \"\");"));
  CHECK(found("void f(std::ostream& to) {\n  to << \"n \" << all.size() << '\\n';\n}"));
  CHECK(found("void f(std::ostream& to) { to << took.count(); }"));
  CHECK(found("void f(std::istream& from) { from >> number; }"));
}

LAW("what the locale does not change is left alone") {
  const auto found = [](const std::string& code) { return number_findings({"actors/a.cpp", code}); };
  CHECK(found("text = std::to_string(all.size());") == "");
  CHECK(found("std::snprintf(text, 9, \"%08x-%04x 100%%\", high, low);") == "");
  CHECK(found("std::to_chars(begin, end, value);  // not an ostringstream") == "");
  CHECK(found("void f(std::ostream& to) { to << line << '\\n' << std::to_string(n); }") == "");
  CHECK(found("high = bits >> 32U;") == "");
  CHECK(number_findings({"tests/a.cpp", "std::ostringstream out;"}) == "");
  CHECK(number_findings({"api/examples/a.cpp", "std::cout << 1;"}) == "");
}

}  // namespace laws_of_numbers
