#include "persistence/problem_cursor.hpp"

#include "persistence/store_failure.hpp"

#include <optional>

namespace duroxide::persistence {

namespace {

std::optional<std::int64_t> number_in(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoll(text);
}

}  // namespace

problem_cursor cursor_behind(const instance_problem& last) {
  return {last.since.time_since_epoch().count(), static_cast<std::int64_t>(last.life)};
}

std::string to_text(const problem_cursor& last) {
  return std::to_string(last.since) + " " + std::to_string(last.key);
}

problem_cursor problem_cursor_from(const std::string& text) {
  const auto blank = text.find(' ');
  const auto since = number_in(text.substr(0, blank));
  const auto key = blank == std::string::npos ? std::nullopt : number_in(text.substr(blank + 1));
  if (since && key) return {*since, *key};
  throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                      "'" + text +
                          "' is not a cursor of such a query; give the one of the page before, or none "
                          "to begin anew");
}

}  // namespace duroxide::persistence
