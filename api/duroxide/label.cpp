#include "duroxide/label.hpp"

#include "duroxide/detail/filter_words.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/names.hpp"
#include "duroxide/utf8.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace duroxide {

namespace {

constexpr std::array<std::string_view, 4> type_names{"text", "number", "bool", "time"};

[[noreturn]] void throw_wrong(const label& wrong) {
  throw std::invalid_argument("the value '" + wrong.value + "' of label '" + wrong.name +
                              "' is not written as a " + std::string(to_string(wrong.type)) +
                              " is; use make_label");
}

double number_of(const label& from) {
  double number = 0;
  const char* const end = from.value.data() + from.value.size();
  const auto [behind, failed] = std::from_chars(from.value.data(), end, number);
  if (failed != std::errc() || behind != end || !std::isfinite(number)) throw_wrong(from);
  return number;
}

label_value read_value(const label& from) {
  switch (from.type) {
  case label_type::text: break;
  case label_type::number: return number_of(from);
  case label_type::boolean: return from.value == "true";
  case label_type::time: {
    const auto time = detail::time_from_date(from.value);
    if (!time) throw_wrong(from);
    return *time;
  }
  }
  return from.value;
}

}  // namespace

std::string_view to_string(label_type type) { return type_names.at(static_cast<std::size_t>(type)); }

label_type label_type_from(std::string_view text) {
  for (std::size_t i = 0; i < type_names.size(); ++i)
    if (type_names.at(i) == text) return static_cast<label_type>(i);
  throw std::invalid_argument("no label has the type '" + std::string(text) + "'");
}

label make_label(std::string name, std::string value) { return {std::move(name), std::move(value)}; }

label make_label(std::string name, const char* value) { return {std::move(name), std::string(value)}; }

label make_label(std::string name, double value) {
  std::array<char, 32> digits{};
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {std::move(name), std::string(digits.data(), end), label_type::number};
}

label make_label(std::string name, bool value) {
  return {std::move(name), value ? "true" : "false", label_type::boolean};
}

label make_label(std::string name, timestamp value) {
  return {std::move(name), detail::date_text(value), label_type::time};
}

label_value value_of(const label& of_instance) {
  label_value value = read_value(of_instance);
  const label written =
      std::visit([&](const auto& each) { return make_label(of_instance.name, each); }, value);
  if (written != of_instance) throw_wrong(of_instance);
  return value;
}

void require_valid_label(const label& wanted) {
  require_valid_id("label", wanted.name);
  if (wanted.value.size() > limits::label_value_bytes)
    throw limit_error("the value of label '" + wanted.name + "' has " + std::to_string(wanted.value.size()) +
                      " bytes; the limit is " + std::to_string(limits::label_value_bytes) +
                      " (limits::label_value_bytes)");
  if (!is_utf8(wanted.value) || wanted.value.find('\0') != std::string::npos)
    throw configuration_error(error_kind::invalid_argument,
                              "the value of label '" + wanted.name +
                                  "' is no text: it is not UTF-8, or has a NUL");
  try {
    value_of(wanted);
  } catch (const std::invalid_argument& e) {
    throw configuration_error(error_kind::invalid_argument, e.what());
  }
}

}  // namespace duroxide
