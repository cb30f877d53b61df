#include "persistence/transfer_fields.hpp"

#include "duroxide/limits.hpp"
#include "duroxide/names.hpp"
#include "persistence/error_json.hpp"
#include "persistence/label_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <variant>

namespace duroxide::persistence {

namespace {

constexpr std::int64_t end_of_9999 = 253'402'300'799'999;

std::vector<sql_value> values_in(const transfer_reader& line, const transfer_table& table) {
  try {
    return values_of(table, line.members());
  } catch (const std::invalid_argument& e) {
    line.refuse(e.what());
  }
}

// What a reader of JSON throws, without Boost's own sources.
template <class Read> std::optional<std::string> why_not(Read read) {
  try {
    read();
    return std::nullopt;
  } catch (const boost::system::system_error& e) {
    return e.code().message();
  } catch (const std::exception& e) {
    return e.what();
  }
}

}  // namespace

transfer_fields::transfer_fields(const transfer_reader& line, const transfer_table& table)
    : line_(line), table_(table), values_(values_in(line, table)) {}

void transfer_fields::refuse(std::string_view name, const std::string& reason) const {
  line_.refuse("'" + std::string(name) + "' " + reason);
}

const sql_value& transfer_fields::find(std::string_view name) const {
  const auto column = std::ranges::find(table_.columns, name, &transfer_column::name);
  return values_.at(static_cast<std::size_t>(column - table_.columns.begin()));
}

void transfer_fields::given(std::string_view name) const {
  if (std::holds_alternative<std::monostate>(find(name))) refuse(name, "is missing");
}

std::optional<std::string> transfer_fields::optional_text(std::string_view name) const {
  const sql_value& value = find(name);
  if (const auto* bytes = std::get_if<sql_payload>(&value)) return bytes->bytes;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return std::nullopt;
  if (text->find('\0') != text->npos) refuse(name, "has a U+0000 in it, which not every store can keep");
  return *text;
}

std::string transfer_fields::text(std::string_view name) const {
  given(name);
  return *optional_text(name);
}

std::optional<std::string> transfer_fields::optional_id(std::string_view name) const {
  if (std::holds_alternative<std::monostate>(find(name))) return std::nullopt;
  return id(name);
}

std::string transfer_fields::id(std::string_view name) const { return text_that(name, require_valid_id); }

std::string transfer_fields::instance_id(std::string_view name) const {
  return text_that(name, require_stored_id);
}

std::string transfer_fields::text_that(std::string_view name,
                                       void (*require)(std::string_view, std::string_view)) const {
  std::string found = text(name);
  if (const auto reason = why_not([&] { require("'" + std::string(name) + "'", found); }))
    line_.refuse(*reason);
  return found;
}

std::optional<std::uint64_t> transfer_fields::optional_number(std::string_view name,
                                                              std::uint64_t least) const {
  if (std::holds_alternative<std::monostate>(find(name))) return std::nullopt;
  return number(name, least);
}

std::uint64_t transfer_fields::number(std::string_view name, std::uint64_t least, std::uint64_t most) const {
  given(name);
  const std::int64_t found = std::get<std::int64_t>(find(name));
  if (found < 0 || static_cast<std::uint64_t>(found) < least || static_cast<std::uint64_t>(found) > most)
    refuse(name, "is " + std::to_string(found) + "; it is " + std::to_string(least) + " to " +
                     std::to_string(most));
  return static_cast<std::uint64_t>(found);
}

void transfer_fields::moment(std::string_view name) const {
  given(name);
  optional_moment(name);
}

std::optional<std::int64_t> transfer_fields::optional_moment(std::string_view name) const {
  const auto* found = std::get_if<std::int64_t>(&find(name));
  if (found == nullptr) return std::nullopt;
  if (*found < 0 || *found > end_of_9999)
    refuse(name, "is " + std::to_string(*found) + "; it is a time in milliseconds, 0 to " +
                     std::to_string(end_of_9999));
  return *found;
}

void transfer_fields::optional_error(std::string_view name) const {
  const auto found = optional_text(name);
  if (!found) return;
  if (const auto reason = why_not([&] { error_from_json(*found); }))
    refuse(name, "is no error as an export writes it: " + *reason);
}

void transfer_fields::optional_labels(std::string_view name) const {
  const auto found = optional_text(name);
  if (!found) return;
  std::vector<label> labels;
  if (const auto reason = why_not([&] { labels = labels_from_json(found); }))
    refuse(name, "are no labels as an export writes them: " + *reason);
  for (const label& each : labels)
    if (const auto reason = why_not([&] { require_valid_id("a name", each.name); }))
      refuse(name, "have a name that none can have: " + *reason);
  // They are looked for as they are written.
  if (labels_to_json(labels) != found)
    refuse(name, "are not written as an export writes them: names in order, no blanks, at least one");
}

}  // namespace duroxide::persistence
