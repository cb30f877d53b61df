#include "duroxide/detail/filter_fields.hpp"
#include "duroxide/detail/filter_words.hpp"
#include "duroxide/filter.hpp"

#include <array>
#include <charconv>

namespace duroxide {

namespace {

std::string quoted(const std::string& text, char quote) {
  std::string made(1, quote);
  for (const char c : text) {
    if (c == quote) made += quote;
    made += c;
  }
  return made + quote;
}

std::string text_of(double number) {
  std::array<char, 32> digits{};
  const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), end};
}

std::string text_of(const filter_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text, '\'');
  if (const auto* number = std::get_if<double>(&value)) return text_of(*number);
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  return detail::date_text(std::get<timestamp>(value));
}

std::string_view comparison_text(filter_comparison comparison) {
  switch (comparison) {
  case filter_comparison::equal: return " = ";
  case filter_comparison::not_equal: return " != ";
  case filter_comparison::less: return " < ";
  case filter_comparison::at_most: return " <= ";
  case filter_comparison::greater: return " > ";
  case filter_comparison::at_least: return " >= ";
  case filter_comparison::one_of: return " in ";
  case filter_comparison::starts_with: return " like ";
  case filter_comparison::absent: return " is null";
  case filter_comparison::present: break;
  }
  return " is not null";
}

std::string text_of(const filter_term& term) {
  std::string made =
      term.field == filter_field::label ? quoted(term.label, '"') : std::string(detail::name_of(term.field));
  made += comparison_text(term.comparison);
  if (term.comparison == filter_comparison::one_of) {
    made += "(";
    for (const filter_value& each : term.values)
      made += (&each == term.values.data() ? "" : ", ") + text_of(each);
    return made + ")";
  }
  if (term.comparison == filter_comparison::starts_with)
    return made + quoted(std::get<std::string>(term.values.front()) + "%", '\'');
  return term.values.empty() ? made : made + text_of(term.values.front());
}

std::string text_of(const filter::alternative& terms) {
  std::string made;
  for (const filter_term& each : terms) made += (made.empty() ? "" : " and ") + text_of(each);
  return made;
}

std::string_view order_text(filter_order order) {
  switch (order) {
  case filter_order::created: return "created";
  case filter_order::id: return "id";
  case filter_order::updated: break;
  }
  return "updated";
}

}  // namespace

std::string to_string(const filter& what) {
  std::string made;
  for (const filter::alternative& each : what.alternatives)
    made += (made.empty() ? "" : " or ") + text_of(each);
  return made + (made.empty() ? "" : " ") + "order by " + std::string(order_text(what.order)) +
         (what.descending ? " desc" : " asc");
}

}  // namespace duroxide
