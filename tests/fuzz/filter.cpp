// Filters of instances, as people and other programs write them.
#include "duroxide/filter.hpp"

#include "duroxide/errors.hpp"
#include "tests/fuzz/fuzzing.hpp"
// Compiled in here, since nothing else needs them.
#include "duroxide/detail/filter_fields.cpp"
#include "duroxide/detail/filter_words.cpp"
#include "duroxide/explanation.cpp"
#include "duroxide/filter.cpp"
#include "duroxide/filter_text.cpp"
#include "duroxide/names.cpp"

#include <string>

namespace duroxide::fuzz {

namespace {

const timestamp now(std::chrono::sys_days(std::chrono::year(2026) / 11 / 30));

void check_bounds(const filter& found) {
  law(!found.alternatives.empty() && found.alternatives.size() <= filter_limits::alternatives,
      "the alternatives are bounded");
  std::size_t terms = 0;
  for (const auto& each : found.alternatives) {
    terms += each.size();
    for (const filter_term& term : each) {
      const bool has_no_value =
          term.comparison == filter_comparison::absent || term.comparison == filter_comparison::present;
      law(term.values.empty() == has_no_value, "a comparison has a value, unless it needs none");
      law(term.values.size() <= 1 || term.comparison == filter_comparison::one_of,
          "only 'in' has several values");
      law((term.field == filter_field::label) != term.label.empty(),
          "a label has a name, and nothing else does");
    }
  }
  law(terms <= filter_limits::terms, "the conditions are bounded");
}

void check_filter(std::string_view input) {
  const auto found = unless_refused<configuration_error>([&] { return parse_filter(input, now); });
  if (!found) return;
  check_bounds(*found);
  const std::string text = to_string(*found);
  if (text.size() > filter_limits::bytes) return;
  law(parse_filter(text, timestamp()) == *found, "a filter is read back from its text");
}

}  // namespace

void take(std::string_view input) {
  check_filter(input);
  unless_refused<configuration_error>([&] { return parse_group(input); });
}

}  // namespace duroxide::fuzz
