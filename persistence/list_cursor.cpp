#include "persistence/list_cursor.hpp"

#include "persistence/store_failure.hpp"

#include <cstddef>
#include <vector>

namespace duroxide::persistence {

namespace {

[[noreturn]] void throw_bad_cursor(const std::string& cursor) {
  throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                      "'" + cursor +
                          "' is not a cursor of such a query; give the one of the page before, with the same "
                          "order, or none to begin anew");
}

std::vector<std::string> parts_of(const std::string& cursor, const std::string& order, std::size_t count) {
  std::vector<std::string> parts;
  if (!cursor.starts_with(order + " ")) throw_bad_cursor(cursor);
  std::string rest = cursor.substr(order.size() + 1);
  while (parts.size() + 1 < count) {
    const auto blank = rest.find(' ');
    if (blank == std::string::npos) throw_bad_cursor(cursor);
    parts.push_back(rest.substr(0, blank));
    rest.erase(0, blank + 1);
  }
  parts.push_back(rest);
  return parts;
}

std::int64_t number_from(const std::string& text, const std::string& cursor) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    throw_bad_cursor(cursor);
  return std::stoll(text);
}

}  // namespace

list_place place_from(const std::string& cursor, instance_order order) {
  switch (order) {
  case instance_order::created: return {.key = number_from(parts_of(cursor, "created", 1)[0], cursor)};
  case instance_order::id: return {.id = parts_of(cursor, "id", 1)[0]};
  case instance_order::updated: break;
  }
  const auto parts = parts_of(cursor, "updated", 2);
  return {.updated_at = number_from(parts[0], cursor), .key = number_from(parts[1], cursor)};
}

std::string cursor_behind(instance_order order, const instance_summary& last, std::uint64_t key) {
  switch (order) {
  case instance_order::created: return "created " + std::to_string(key);
  case instance_order::id: return "id " + last.instance;
  case instance_order::updated: break;
  }
  return "updated " + std::to_string(last.updated_at.time_since_epoch().count()) + " " + std::to_string(key);
}

}  // namespace duroxide::persistence
