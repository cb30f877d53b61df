#include "duroxide/filter.hpp"

#include "duroxide/detail/filter_fields.hpp"
#include "duroxide/detail/filter_words.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/names.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace duroxide {

namespace {

using detail::filter_word;
using detail::filter_word_kind;
using alternatives = std::vector<filter::alternative>;
using enum filter_comparison;

constexpr std::array<std::pair<std::string_view, filter_comparison>, 7> marks{{
    {"=", equal},
    {"!=", not_equal},
    {"<>", not_equal},
    {"<", less},
    {"<=", at_most},
    {">", greater},
    {">=", at_least},
}};
constexpr std::array<std::string_view, 15> reserved{"and", "or",   "not",   "in",    "like",
                                                    "is",  "null", "order", "group", "by",
                                                    "asc", "desc", "true",  "false", "now"};
std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// A word of the language is written in one case: `Order` is none.
std::string keyword(const std::string& text) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_large = [](char c) { return c >= 'A' && c <= 'Z'; };
  const bool is_mixed = std::ranges::any_of(text, is_small) && std::ranges::any_of(text, is_large);
  return is_mixed ? text : lower(text);
}

bool is_word(const filter_word& word, std::string_view text) {
  return word.kind == filter_word_kind::name && keyword(word.text) == text;
}
bool is_mark(const filter_word& word, std::string_view text) {
  return word.kind == filter_word_kind::mark && word.text == text;
}
bool is_reserved(const std::string& name) {
  return std::ranges::find(reserved, keyword(name)) != reserved.end();
}

std::string shown(const filter_word& word) {
  switch (word.kind) {
  case filter_word_kind::end: return "the end of the filter";
  case filter_word_kind::text: return "the text '" + word.text + "'";
  default: return "'" + word.text + "'";
  }
}

std::string named(filter_field field) {
  return field == filter_field::label ? "a label" : std::string(detail::name_of(field));
}

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + std::string(words[i]);
  return text;
}

// For a word that another field has.
std::string hint_for(const std::string& word) {
  for (const filter_field field : {filter_field::status, filter_field::state, filter_field::problem}) {
    const auto known = detail::filter_words_of(field);
    if (std::ranges::find(known, std::string_view(word)) != known.end())
      return ". Write " + named(field) + " = " + word;
  }
  return "";
}

class parser {
public:
  parser(std::string_view text, timestamp now) : words_(text, now), now_(now) {}
  filter all();
  filter_term group();

private:
  alternatives any_of();
  alternatives all_of();
  alternatives unit();
  filter::alternative term();
  filter_term field();
  filter::alternative compared(filter_term found, const filter_word& name);
  filter_comparison comparison(const filter_word& name);
  void take_values(filter_term& found);
  void take_pattern(filter_term& found);
  filter_value value(const filter_term& found);
  filter_value text_value(const filter_term& found, const filter_word& word);
  filter_value time_value(const filter_word& word);
  filter_value label_value(const filter_word& word);
  void require_allowed(const filter_term& found, const filter_word& name) const;
  void check(const filter_term& found, const filter_word& name) const;
  void take_order(filter& made);

  bool take_word(std::string_view text) {
    const bool found = is_word(words_.next(), text);
    if (found) words_.take();
    return found;
  }
  bool take_mark(std::string_view text) {
    const bool found = is_mark(words_.next(), text);
    if (found) words_.take();
    return found;
  }
  void expect_mark(std::string_view text, const std::string& reason) {
    if (!take_mark(text)) refuse(words_.next(), "there is " + shown(words_.next()) + "; " + reason);
  }
  [[noreturn]] void refuse(const filter_word& word, const std::string& reason) const {
    words_.refuse(word.place, reason);
  }
  void require_few(std::size_t count, std::size_t terms, const filter_word& word) const;

  detail::filter_words words_;
  timestamp now_;
  std::size_t depth_ = 0;
};

std::size_t longest_of(const alternatives& all) {
  std::size_t longest = 0;
  for (const auto& each : all) longest = std::max(longest, each.size());
  return longest;
}

std::size_t terms_of(const alternatives& all) {
  std::size_t count = 0;
  for (const auto& each : all)
    for (const filter_term& term : each) count += std::max<std::size_t>(term.values.size(), 1);
  return count;
}

void parser::require_few(std::size_t count, std::size_t terms, const filter_word& word) const {
  if (count > filter_limits::alternatives)
    refuse(word, "with 'and' multiplied out over 'or' there are " + std::to_string(count) +
                     " alternatives; the limit is " + std::to_string(filter_limits::alternatives) +
                     ". Use 'in' for values of one field, or several filters");
  if (terms > filter_limits::terms)
    refuse(word, "with 'and' multiplied out over 'or' there are " + std::to_string(terms) +
                     " conditions; the limit is " + std::to_string(filter_limits::terms) +
                     ". Use several filters");
}

filter parser::all() {
  filter made;
  const bool has_condition = words_.next().kind != filter_word_kind::end && !is_word(words_.next(), "order");
  if (has_condition) made.alternatives = any_of();
  if (take_word("order")) take_order(made);
  if (words_.next().kind != filter_word_kind::end)
    refuse(words_.next(), shown(words_.next()) + " is left over; join conditions with 'and' or 'or'" +
                              (has_condition ? ", and put 'order by' behind them" : ""));
  return made;
}

alternatives parser::any_of() {
  alternatives found = all_of();
  for (filter_word word = words_.next(); take_word("or"); word = words_.next()) {
    alternatives more = all_of();
    found.insert(found.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    require_few(found.size(), terms_of(found), word);
  }
  return found;
}

alternatives parser::all_of() {
  alternatives found = unit();
  for (filter_word word = words_.next(); take_word("and"); word = words_.next()) {
    const alternatives more = unit();
    require_few(found.size() * more.size(), found.size() * terms_of(more) + more.size() * terms_of(found),
                word);
    alternatives product;
    for (const auto& left : found)
      for (const auto& right : more) {
        product.push_back(left);
        product.back().insert(product.back().end(), right.begin(), right.end());
      }
    found = std::move(product);
    if (longest_of(found) > filter_limits::together)
      refuse(word, "more than " + std::to_string(filter_limits::together) +
                       " conditions are joined with 'and'. Use several filters");
  }
  return found;
}

alternatives parser::unit() {
  const filter_word word = words_.next();
  if (!take_mark("(")) return {term()};
  if (++depth_ > filter_limits::depth)
    refuse(word, "parentheses are " + std::to_string(depth_) + " deep; the limit is " +
                     std::to_string(filter_limits::depth) + ". Leave out those that change nothing");
  alternatives found = any_of();
  expect_mark(")", "close the parenthesis with )");
  --depth_;
  return found;
}

filter_term parser::field() {
  const filter_word name = words_.take();
  if (name.kind != filter_word_kind::name && name.kind != filter_word_kind::quoted)
    refuse(name, "there is " + shown(name) + " in the place of a field; write " +
                     detail::filter_field_names() + ", or the name of a label");
  const bool is_bare = name.kind == filter_word_kind::name;
  if (const auto known = detail::filter_field_from(name.text); is_bare && known) return {.field = *known};
  if (is_bare && is_reserved(name.text))
    refuse(name, "'" + name.text +
                     "' is a word of the language and names no field; a label of this name is "
                     "written in double quotes");
  try {
    require_valid_id("the name of a label", name.text);
  } catch (const configuration_error& e) {
    refuse(name, e.what());
  }
  return {.field = filter_field::label, .label = name.text};
}

filter::alternative parser::term() {
  const filter_word name = words_.next();
  filter_term found = field();
  if (!take_word("not")) return compared(std::move(found), name);
  if (!take_word("in"))
    refuse(words_.next(), "behind 'not' there is " + shown(words_.next()) + "; write 'not in (...)'");
  found.comparison = one_of;
  take_values(found);
  check(found, name);
  filter::alternative all;
  for (filter_value& each : found.values)
    all.push_back({found.field, found.label, not_equal, {std::move(each)}});
  check(all.front(), name);
  return all;
}

filter::alternative parser::compared(filter_term found, const filter_word& name) {
  found.comparison = comparison(name);
  require_allowed(found, name);
  if (found.comparison == one_of) {
    take_values(found);
  } else if (found.comparison == starts_with) {
    take_pattern(found);
  } else if (found.comparison != absent && found.comparison != present) {
    found.values.push_back(value(found));
  }
  check(found, name);
  return {std::move(found)};
}

filter_comparison parser::comparison(const filter_word& name) {
  const filter_word how = words_.take();
  if (how.kind == filter_word_kind::mark)
    if (const auto* found = std::ranges::find(marks, std::string_view(how.text),
                                              &std::pair<std::string_view, filter_comparison>::first);
        found != marks.end())
      return found->second;
  if (is_word(how, "in")) return one_of;
  if (is_word(how, "like")) return starts_with;
  if (is_word(how, "is")) {
    const bool negated = take_word("not");
    if (!take_word("null"))
      refuse(words_.next(),
             "behind 'is' there is " + shown(words_.next()) + "; write 'is null' or 'is not null'");
    return negated ? present : absent;
  }
  refuse(how, "behind '" + name.text + "' there is " + shown(how) +
                  "; write =, !=, <, <=, >, >=, in, like or is null");
}

void parser::take_values(filter_term& found) {
  expect_mark("(", "write the values of 'in' in parentheses");
  do {
    const filter_word word = words_.next();
    filter_value next = value(found);
    if (!found.values.empty() && found.values.front().index() != next.index())
      refuse(word, "the values of 'in' are of several types; write an 'in' for each type, joined with 'or'");
    if (std::ranges::find(found.values, next) == found.values.end()) found.values.push_back(std::move(next));
    if (found.values.size() > filter_limits::values)
      refuse(word,
             "'in' has more than " + std::to_string(filter_limits::values) + " values; use several filters");
  } while (take_mark(","));
  expect_mark(")", "write a comma between values, and ) behind the last");
}

void parser::take_pattern(filter_term& found) {
  const filter_word word = words_.take();
  if (word.kind != filter_word_kind::text)
    refuse(word, "behind 'like' there is " + shown(word) + "; write a beginning as 'orders-%'");
  const auto percent = word.text.find('%');
  if (percent == std::string::npos || percent + 1 != word.text.size())
    refuse(word, "'" + word.text +
                     "' is no beginning: it has one %, at its end, as 'orders-%'; ask by = for "
                     "all of a text");
  found.values.emplace_back(word.text.substr(0, percent));
}

filter_value parser::value(const filter_term& found) {
  const filter_word word = words_.take();
  if (word.kind == filter_word_kind::end || word.kind == filter_word_kind::mark ||
      word.kind == filter_word_kind::quoted)
    refuse(word, "there is " + shown(word) +
                     " in the place of a value; write a word, a 'text', a number, true, "
                     "false, or a time as -2d or 2026-11-30");
  if (detail::is_time(found.field)) return time_value(word);
  if (found.field == filter_field::label) return label_value(word);
  return text_value(found, word);
}

filter_value parser::text_value(const filter_term& found, const filter_word& word) {
  if (word.kind == filter_word_kind::time && word.text.empty())
    refuse(word, named(found.field) + " is text, and this is a time; put text in single quotes");
  if (word.kind == filter_word_kind::name && is_reserved(word.text))
    refuse(word, "'" + word.text + "' is a word of the language; put it in single quotes if it is text");
  const auto known = detail::filter_words_of(found.field);
  if (!known.empty() && std::ranges::find(known, std::string_view(word.text)) == known.end())
    refuse(word, "no instance has the " + named(found.field) + " '" + word.text + "'; there are " +
                     listed(known) + hint_for(word.text));
  return word.text;
}

filter_value parser::time_value(const filter_word& word) {
  if (word.kind == filter_word_kind::time) return word.time;
  if (is_word(word, "now")) return now_;
  if (word.kind == filter_word_kind::text)
    if (const auto time = detail::time_from_date(word.text)) return *time;
  refuse(word, shown(word) + " is no time; write -2d (units: s, m, h, d, w), now, 2026-11-30 or "
                             "2026-11-30T08:00:00Z");
}

filter_value parser::label_value(const filter_word& word) {
  if (word.kind == filter_word_kind::number) return word.number;
  if (word.kind == filter_word_kind::time) return word.time;
  if (word.kind == filter_word_kind::text) return word.text;
  const std::string name = keyword(word.text);
  if (name == "true" || name == "false") return name == "true";
  if (name == "now") return now_;
  if (is_reserved(word.text))
    refuse(word, "'" + word.text + "' is a word of the language; put it in single quotes if it is text");
  return word.text;
}

void parser::require_allowed(const filter_term& found, const filter_word& name) const {
  if (!detail::has_comparison(found.field, found.comparison))
    refuse(name, named(found.field) + " has the comparisons " +
                     std::string(detail::comparisons_of(found.field)) + " alone");
}

void parser::check(const filter_term& found, const filter_word& name) const {
  require_allowed(found, name);
  const bool by_order = found.comparison == less || found.comparison == at_most ||
                        found.comparison == greater || found.comparison == at_least;
  if (by_order && std::holds_alternative<bool>(found.values.front()))
    refuse(name, "true and false have no order; compare '" + name.text + "' by = or !=");
}

void parser::take_order(filter& made) {
  if (!take_word("by"))
    refuse(words_.next(), "behind 'order' there is " + shown(words_.next()) + "; write 'order by'");
  const filter_word field = words_.take();
  if (is_word(field, "created")) {
    made.order = filter_order::created;
  } else if (is_word(field, "id")) {
    made.order = filter_order::id;
  } else if (is_word(field, "updated")) {
    made.order = filter_order::updated;
  } else {
    refuse(field, "nothing is ordered by " + shown(field) + "; write created, id or updated");
  }
  made.descending = take_word("desc");
  if (!made.descending) take_word("asc");
}

filter_term parser::group() {
  const filter_word name = words_.next();
  filter_term found = field();
  if (words_.next().kind != filter_word_kind::end)
    refuse(words_.next(), shown(words_.next()) + " is left over; count by one field or label");
  if (!detail::is_counted_by(found.field))
    refuse(name,
           "nothing is counted by '" + name.text +
               "'; write orchestration, version, status, state, problem, parent, or the name of a label");
  return found;
}

}  // namespace

void require_valid_filter(const filter& what) {
  const auto refuse = [](const std::string& reason) {
    throw configuration_error(error_kind::invalid_argument, "the filter " + reason);
  };
  const bool is_large = what.alternatives.empty() || what.alternatives.size() > filter_limits::alternatives ||
                        terms_of(what.alternatives) > filter_limits::terms ||
                        longest_of(what.alternatives) > filter_limits::together;
  if (is_large) refuse("has no alternative, or is larger than filter_limits allows");
  for (const filter::alternative& each : what.alternatives)
    for (const filter_term& term : each) {
      // Read alone, a term is as short as its values, which have no limit of their own.
      filter one{.alternatives = {{term}}};
      const bool has_no_value = term.comparison == absent || term.comparison == present;
      if (term.values.empty() != has_no_value || (term.values.size() > 1 && term.comparison != one_of))
        refuse("has a comparison without its value, or with too many");
      if (term.comparison == starts_with && !std::holds_alternative<std::string>(term.values.front()))
        refuse("looks for the beginning of what is no text");
      if (parse_filter(to_string(one), timestamp()) != one)
        refuse("has a condition that cannot be written: " + to_string(one));
    }
}

filter parse_filter(std::string_view text, timestamp now) { return parser(text, now).all(); }

filter_term parse_group(std::string_view name) { return parser(name, timestamp()).group(); }

}  // namespace duroxide
