#include "duroxide/detail/filter_fields.hpp"

#include "duroxide/explanation.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/problem.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace duroxide::detail {

namespace {

using enum filter_comparison;

constexpr std::array<std::pair<std::string_view, filter_field>, 11> field_names{{
    {"id", filter_field::id},
    {"orchestration", filter_field::orchestration},
    {"version", filter_field::version},
    {"status", filter_field::status},
    {"state", filter_field::state},
    {"problem", filter_field::problem},
    {"parent", filter_field::parent},
    {"root", filter_field::root},
    {"created", filter_field::created},
    {"updated", filter_field::updated},
    {"custom_status", filter_field::custom_status},
}};

template <auto First, auto Last> auto words_between() {
  constexpr auto first = static_cast<std::size_t>(First);
  std::array<std::string_view, static_cast<std::size_t>(Last) - first + 1> words{};
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = to_string(static_cast<decltype(First)>(first + i));
  return words;
}

}  // namespace

std::optional<filter_field> filter_field_from(std::string_view name) {
  const auto* found = std::ranges::find(field_names, name, &std::pair<std::string_view, filter_field>::first);
  return found == field_names.end() ? std::nullopt : std::optional(found->second);
}

std::string_view name_of(filter_field field) {
  const auto* found =
      std::ranges::find(field_names, field, &std::pair<std::string_view, filter_field>::second);
  return found == field_names.end() ? std::string_view() : found->first;
}

std::string filter_field_names() {
  std::string names;
  for (const auto& [name, field] : field_names) names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

bool has_comparison(filter_field field, filter_comparison how) {
  const bool by_order = how == less || how == at_most || how == greater || how == at_least;
  switch (field) {
  case filter_field::id: return how == equal || how == not_equal || how == one_of || how == starts_with;
  case filter_field::orchestration:
  case filter_field::version:
  case filter_field::status:
  case filter_field::state: return how == equal || how == not_equal || how == one_of;
  case filter_field::problem:
  case filter_field::parent: return !by_order && how != starts_with;
  case filter_field::root: return how == equal || how == one_of;
  case filter_field::created:
  case filter_field::updated: return by_order || how == equal;
  case filter_field::custom_status: return !by_order;
  case filter_field::label: break;
  }
  return true;
}

std::string_view comparisons_of(filter_field field) {
  switch (field) {
  case filter_field::id: return "=, !=, in, and like";
  case filter_field::orchestration:
  case filter_field::version:
  case filter_field::status:
  case filter_field::state: return "=, != and in";
  case filter_field::problem:
  case filter_field::parent: return "=, !=, in, and is null";
  case filter_field::root: return "= and in";
  case filter_field::created:
  case filter_field::updated: return "=, <, <=, > and >=";
  default: return "=, !=, in, like, and is null";
  }
}

bool is_time(filter_field field) { return field == filter_field::created || field == filter_field::updated; }

bool is_counted_by(filter_field field) {
  switch (field) {
  case filter_field::orchestration:
  case filter_field::version:
  case filter_field::status:
  case filter_field::state:
  case filter_field::problem:
  case filter_field::parent:
  case filter_field::label: return true;
  default: return false;
  }
}

std::span<const std::string_view> filter_words_of(filter_field field) {
  static const auto statuses = words_between<runtime_status::pending, runtime_status::cancelled>();
  static const auto states = words_between<instance_state::not_started, instance_state::ended>();
  static const auto problems = words_between<problem_kind::mismatch, problem_kind::paused>();
  switch (field) {
  case filter_field::status: return statuses;
  case filter_field::state: return states;
  case filter_field::problem: return problems;
  default: return {};
  }
}

}  // namespace duroxide::detail
