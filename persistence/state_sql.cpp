#include "persistence/state_sql.hpp"

#include "duroxide/detail/filter_fields.hpp"
#include "duroxide/explanation.hpp"

#include <algorithm>

namespace duroxide::persistence {

namespace {

bool lets_be(const filter_term& term, std::string_view word) {
  const bool is_named = std::ranges::find(term.values, filter_value(std::string(word))) != term.values.end();
  switch (term.comparison) {
  case filter_comparison::absent: return false;
  case filter_comparison::present: return true;
  case filter_comparison::not_equal: return !is_named;
  default: return is_named;
  }
}

bool has(const std::vector<std::string>& words, instance_state state) {
  return std::ranges::find(words, to_string(state)) != words.end();
}

}  // namespace

std::string state_sql(const std::string& kind) {
  return "case when i.status not in ('pending', 'running') then 'ended' when " + kind +
         " = 'paused' then 'paused' when " + kind +
         " is not null then 'stalled' when i.status = 'pending' then 'not_started' else 'active' end";
}

std::string problem_sql(const std::string& kind) {
  return "case when i.status in ('pending', 'running') then " + kind + " end";
}

std::string kind_of_row() { return "(select x.kind from problems x where x.instance_key = i.key)"; }

std::vector<std::string> words_left_by(const filter_term& term) {
  std::vector<std::string> left;
  for (const std::string_view word : detail::filter_words_of(term.field))
    if (lets_be(term, word)) left.emplace_back(word);
  return left;
}

bool have_problems(const std::vector<std::string>& states) {
  return !has(states, instance_state::not_started) && !has(states, instance_state::active) &&
         !has(states, instance_state::ended);
}

std::vector<std::string> statuses_in(const std::vector<std::string>& states) {
  const bool may_be_either = has(states, instance_state::stalled) || has(states, instance_state::paused);
  std::vector<std::string> statuses;
  if (may_be_either || has(states, instance_state::not_started)) statuses.emplace_back("pending");
  if (may_be_either || has(states, instance_state::active)) statuses.emplace_back("running");
  return statuses;
}

std::vector<std::string> kinds_of(const filter_term& term) {
  const auto states = words_left_by(term);
  if (term.field == filter_field::problem) return states;
  std::vector<std::string> kinds;
  for (const std::string_view kind : detail::filter_words_of(filter_field::problem))
    if (has(states, kind == "paused" ? instance_state::paused : instance_state::stalled))
      kinds.emplace_back(kind);
  return kinds;
}

std::string literals_of(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& each : words) list += (list.empty() ? "'" : ", '") + each + "'";
  return list;
}

}  // namespace duroxide::persistence
