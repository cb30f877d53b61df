// Columns of words and errors, read back.
#pragma once

#include "duroxide/detail/ensure.hpp"
#include "persistence/error_json.hpp"
#include "persistence/store_failure.hpp"

#include <boost/json.hpp>

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::persistence {

// Runs `decode` on columns of the row `id` of `table`. What it throws becomes a store_failure (broken) that
// says where an operator has to look.
template <class Decode> auto decoded(std::string_view table, const std::string& id, Decode&& decode) {
  try {
    return decode();
  } catch (const std::exception& e) {
    throw store_failure(commit_certainty::broken, error_kind::corrupted_history,
                        "the row of table " + std::string(table) + " with id " + id +
                            " cannot be read: " + e.what() + ". Correct or delete the row.");
  }
}

// What `thrown` says, without the place in Boost's own sources.
inline std::string reason_of(const std::exception& thrown) {
  if (const auto* of_boost = dynamic_cast<const boost::system::system_error*>(&thrown))
    return of_boost->code().message();
  return thrown.what();
}

// For lists and reports: calls `read(column)`; what makes a column unreadable is added to `unreadable`.
template <class Read> void read_or_note(std::string& unreadable, std::string_view column, Read&& read) {
  try {
    read(column);
  } catch (const detail::broken_invariant&) {
    throw;
  } catch (const std::exception& e) {
    unreadable += (unreadable.empty() ? "" : "; ") + std::string(column) + ": " + reason_of(e);
  }
}

// A JSON array of texts.
inline std::vector<std::string> names_from_json(const std::string& text) {
  std::vector<std::string> names;
  const boost::json::value parsed = boost::json::parse(text);
  for (const auto& each : parsed.as_array()) names.emplace_back(each.as_string());
  return names;
}

inline std::optional<error_details> error_from_column(const std::optional<std::string>& json) {
  if (!json) return std::nullopt;
  return error_from_json(*json);
}

}  // namespace duroxide::persistence
