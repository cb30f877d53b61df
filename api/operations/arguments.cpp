#include "api/operations/arguments.hpp"

#include "duroxide/codec.hpp"
#include "api/operations/times.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace duroxide::operations {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw configuration_error(error_kind::invalid_argument, what);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& each : words) text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::string expected(const parameter& what) {
  switch (what.type) {
  case value_type::text:
  case value_type::filter:
  case value_type::file: return "a text";
  case value_type::count: return "a whole number, 0 or more";
  case value_type::flag: return "true or false";
  case value_type::time:
    return "a time like 2026-11-30T15:24:30Z (in UTC), or a span like 2h, which means two hours ago";
  case value_type::span: return "a span of time like 250ms, 10s, 5m, 2h, 30d, or 'forever'";
  case value_type::choice: return "one of: " + joined(what.choices);
  case value_type::choices: return "a list of: " + joined(what.choices);
  case value_type::texts: return "a list of texts";
  case value_type::payload: break;
  }
  return "JSON";
}

bool is_text(const boost::json::value& given) { return given.is_string(); }

bool is_choice(const parameter& what, const boost::json::value& given) {
  return given.is_string() &&
         std::ranges::find(what.choices, std::string(given.get_string())) != what.choices.end();
}

bool is_count(const boost::json::value& given) {
  return given.is_uint64() || (given.is_int64() && given.get_int64() >= 0);
}

template <class Test> bool all_of_list(const boost::json::value& given, Test test) {
  return given.is_array() && std::ranges::all_of(given.get_array(), test);
}

bool has_type(const parameter& what, const boost::json::value& given) {
  switch (what.type) {
  case value_type::count: return is_count(given);
  case value_type::flag: return given.is_bool();
  case value_type::time: return is_text(given) && time_from(given.get_string(), timestamp{});
  case value_type::span: return is_text(given) && span_from(given.get_string());
  case value_type::payload: return true;
  case value_type::choice: return is_choice(what, given);
  case value_type::choices:
    return all_of_list(given, [&](const auto& each) { return is_choice(what, each); });
  case value_type::texts: return all_of_list(given, is_text);
  case value_type::text:
  case value_type::filter:
  case value_type::file: break;
  }
  return is_text(given);
}

timestamp now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

// A value as it is shown in a complaint.
std::string shown(const boost::json::value& given) {
  const std::string text =
      given.is_string() ? std::string(given.get_string()) : boost::json::serialize(given);
  return "'" + (text.size() > 60 ? text.substr(0, 57) + "..." : text) + "'";
}

}  // namespace

void check_value(const parameter& what, const boost::json::value& given) {
  if (!has_type(what, given)) refuse(what.name + " is " + shown(given) + "; it must be " + expected(what));
  if (what.type == value_type::filter) parse_filter(given.get_string(), now());
}

arguments::arguments(const operation& what, boost::json::object given)
    : given_(std::move(given)), now_(now()) {
  for (const auto& [name, value] : given_) {
    const auto found = std::ranges::find(what.parameters, name, &parameter::name);
    if (found == what.parameters.end())
      refuse("'" + what.name + "' has no parameter '" + std::string(name) + "'");
    check_value(*found, value);
  }
  for (const parameter& each : what.parameters)
    if (each.given == presence::required && !given_.contains(each.name))
      refuse("'" + what.name + "' needs " + each.name + ": " + each.help);
}

std::string arguments::text(std::string_view name) const { return optional_text(name).value_or(""); }

std::optional<std::string> arguments::optional_text(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found ? std::optional(std::string(found->get_string())) : std::nullopt;
}

std::uint64_t arguments::count(std::string_view name, std::uint64_t otherwise) const {
  const auto* found = given_.if_contains(name);
  return found ? found->to_number<std::uint64_t>() : otherwise;
}

bool arguments::flag(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found && found->get_bool();
}

std::optional<timestamp> arguments::time(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found ? time_from(found->get_string(), now_) : std::nullopt;
}

filter arguments::filter(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found ? parse_filter(found->get_string(), now_) : duroxide::filter();
}

duration arguments::span(std::string_view name, duration otherwise) const {
  const auto* found = given_.if_contains(name);
  return found ? span_from(found->get_string()).value_or(otherwise) : otherwise;
}

std::string arguments::payload(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found ? duroxide::detail::write_json(*found) : "null";
}

std::vector<std::string> arguments::texts(std::string_view name) const {
  std::vector<std::string> all;
  if (const auto* found = given_.if_contains(name))
    for (const auto& each : found->get_array()) all.emplace_back(each.get_string());
  return all;
}

boost::json::value value_from_text(const parameter& what, const std::string& text) {
  boost::json::value value(text);
  if (what.type == value_type::payload) return duroxide::detail::parse_json(what.name, text);
  if (what.type == value_type::count) {
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) value = number;
  }
  const bool is_list = what.type == value_type::texts || what.type == value_type::choices;
  if (is_list) {
    parameter one = what;
    one.type = what.type == value_type::texts ? value_type::text : value_type::choice;
    check_value(one, value);
  } else {
    check_value(what, value);
  }
  return value;
}

}  // namespace duroxide::operations
