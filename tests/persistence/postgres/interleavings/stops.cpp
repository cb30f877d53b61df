#include "tests/persistence/postgres/interleavings/stops.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace duroxide::interleavings {

namespace {

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

bool ends_statement(const std::string& line) {
  constexpr std::array<std::string_view, 5> ends{";", "then", "else", "loop", "begin"};
  const std::string code = trimmed(std::regex_replace(line, std::regex("--.*"), ""));
  return std::ranges::any_of(ends, [&code](std::string_view end) {
    if (!code.ends_with(end)) return false;
    return end == ";" || code.size() == end.size() || code[code.size() - end.size() - 1] == ' ';
  });
}

// The others hang on these by the key of an instance, or are changed under the lock of one of their rows.
bool touches_a_table(const std::string& statement) {
  static const std::regex table(
      "\\b(from|into|update|join|using) (instances|executions|inbox|activities)\\b");
  const std::string code = std::regex_replace(statement, std::regex("--[^\n]*"), "");
  return std::regex_search(code, table);
}

}  // namespace

std::string with_stops(const std::string& definition,
                       const std::function<int(const std::string&)>& number_of) {
  std::istringstream stream(definition);
  std::string stopping;
  std::string statement;
  std::string first;  // code of the statement, not a comment
  bool in_body = false;
  for (std::string line; std::getline(stream, line);) {
    // Declarations may read nothing, so that they count as one statement with the first `begin`.
    const std::string code = trimmed(line);
    if (!in_body) {
      stopping += line + "\n";
      in_body = code == "begin";
      continue;
    }
    if (first.empty() && !code.starts_with("--")) first = code;
    statement += line + "\n";
    if (!ends_statement(line)) continue;
    if (touches_a_table(statement)) {
      if (first.starts_with("els")) throw std::logic_error("no stop can stand before: " + first);
      stopping += "perform stage_stop(" + std::to_string(number_of(first)) + ");\n";
    }
    stopping += statement;
    statement.clear();
    first.clear();
  }
  return stopping + statement;
}

}  // namespace duroxide::interleavings
