#include "persistence/simulated/finding.hpp"

#include "persistence/explaining.hpp"
#include "persistence/filter_sql.hpp"
#include "persistence/finding.hpp"
#include "persistence/simulated/listing.hpp"
#include "persistence/simulated/problems.hpp"

#include <algorithm>
#include <map>

namespace duroxide::internal::simulated {

namespace {

using enum filter_comparison;

// Of a root none, like a label that is not there.
std::optional<filter_value> text_of(const std::optional<std::string>& text) {
  return text ? std::optional<filter_value>(*text) : std::nullopt;
}

// None in a circle of parents, or if a parent is gone.
std::optional<std::string> root_of(const tables& rows, const instance_row& row) {
  const instance_row* each = &row;
  for (std::size_t steps = 0; each != nullptr && steps <= rows.instances.by_id().size(); ++steps) {
    if (!each->parent) return each->id;
    each = rows.instances.find(each->parent->instance);
  }
  return std::nullopt;
}

std::optional<filter_value> state_of(const tables& rows, const instance_row& row) {
  const instance_problem* problem = problem_of(rows, row);
  const auto copied = problem == nullptr ? std::nullopt : std::optional(*problem);
  return std::string(to_string(persistence::state_of(row.status, copied)));
}

std::optional<filter_value> kind_of(const instance_problem* problem) {
  if (problem == nullptr) return std::nullopt;
  return std::string(to_string(problem->kind));
}

std::optional<filter_value> label_of(const instance_row& row, const std::string& name) {
  const auto found = std::ranges::find(row.labels, name, &label::name);
  return found == row.labels.end() ? std::nullopt : std::optional(value_of(*found));
}

std::optional<filter_value> value_of_field(const tables& rows, const instance_row& row,
                                           const filter_term& term) {
  switch (term.field) {
  case filter_field::id: return row.id;
  case filter_field::orchestration: return row.orchestration;
  case filter_field::version: return row.version;
  case filter_field::status: return std::string(to_string(row.status));
  case filter_field::state: return state_of(rows, row);
  case filter_field::problem: return kind_of(problem_of(rows, row));
  case filter_field::parent: return text_of(row.parent ? std::optional(row.parent->instance) : std::nullopt);
  case filter_field::root: return text_of(root_of(rows, row));
  case filter_field::created: return row.created_at;
  case filter_field::updated: return row.updated_at;
  case filter_field::custom_status: return text_of(row.custom_status);
  case filter_field::label: break;
  }
  return label_of(row, term.label);
}

bool compares(const filter_value& value, filter_comparison comparison, const filter_value& wanted) {
  switch (comparison) {
  case not_equal: return value != wanted;
  case less: return value < wanted;
  case at_most: return value <= wanted;
  case greater: return value > wanted;
  case at_least: return value >= wanted;
  case starts_with: return std::get<std::string>(value).starts_with(std::get<std::string>(wanted));
  default: return value == wanted;
  }
}

bool holds(const tables& rows, const instance_row& row, const filter_term& term) {
  const auto value = value_of_field(rows, row, term);
  if (term.comparison == absent || term.comparison == present)
    return value.has_value() == (term.comparison == present);
  if (!value || value->index() != term.values.front().index()) return false;
  return std::ranges::any_of(
      term.values, [&](const filter_value& wanted) { return compares(*value, term.comparison, wanted); });
}

bool lets_through(const tables& rows, const filter& what, const instance_row& row) {
  return std::ranges::any_of(what.alternatives, [&](const filter::alternative& terms) {
    return std::ranges::all_of(terms, [&](const filter_term& term) { return holds(rows, row, term); });
  });
}

instance_order order_of(filter_order order) {
  switch (order) {
  case filter_order::created: return instance_order::created;
  case filter_order::id: return instance_order::id;
  case filter_order::updated: break;
  }
  return instance_order::updated;
}

std::optional<std::string> group_of(const tables& rows, const instance_row& row, const filter_term& group) {
  if (group.field == filter_field::label) {
    const auto found = std::ranges::find(row.labels, group.label, &label::name);
    return found == row.labels.end() ? std::nullopt : std::optional(found->value);
  }
  const auto value = value_of_field(rows, row, group);
  return value ? std::optional(std::get<std::string>(*value)) : std::nullopt;
}

}  // namespace

instance_page find_instances(const tables& rows, const filter& what, const page_request& page) {
  persistence::require_sortable(what);
  instance_query query;
  query.order = order_of(what.order);
  query.descending = what.descending;
  query.limit = page.limit;
  query.cursor = page.cursor;
  return page_of(rows, query, [&](const instance_row& row) { return lets_through(rows, what, row); });
}

std::vector<group_count> count_instances(const tables& rows, const filter& what,
                                         const std::optional<filter_term>& group) {
  std::map<std::optional<std::string>, std::uint64_t> counts;
  if (!group) counts[std::nullopt] = 0;
  for (const auto& [id, row] : rows.instances.by_id())
    if (lets_through(rows, what, row)) ++counts[group ? group_of(rows, row, *group) : std::nullopt];
  std::vector<group_count> found;
  for (const auto& [value, count] : counts) found.push_back({value, count});
  persistence::put_in_order(found);
  if (found.size() > most_groups) found.resize(most_groups);
  return found;
}

}  // namespace duroxide::internal::simulated
