#include "persistence/filter_sql.hpp"

#include "persistence/label_json.hpp"
#include "persistence/list_cursor.hpp"
#include "persistence/prefix_range.hpp"
#include "persistence/state_sql.hpp"
#include "persistence/store_failure.hpp"

#include <algorithm>
#include <optional>

namespace duroxide::persistence {

namespace {

using enum filter_comparison;

// Values of one index that are looked at one by one, each in order.
constexpr std::size_t most_statements = filter_limits::alternatives;

bool is_among(const filter_term& term) { return term.comparison == equal || term.comparison == one_of; }

bool has_status(const filter_term& term, const char* status) {
  return std::ranges::find(term.values, filter_value(std::string(status))) != term.values.end();
}

bool has_empty_prefix(const filter_term& term) {
  return term.comparison == starts_with && std::get<std::string>(term.values.front()).empty();
}

// What has a problem is few; of the others, the status leads to them.
std::optional<int> rank_of_state(const filter_term& term) {
  const auto states = words_left_by(term);
  if (have_problems(states)) return 2;
  return std::ranges::find(states, "ended") == states.end() ? std::optional(6) : std::nullopt;
}

// The lower, the fewer rows it is likely to leave. None: no index serves it.
std::optional<int> rank_of(const filter_term& term) {
  switch (term.field) {
  case filter_field::id:
    if (is_among(term)) return 0;
    if (term.comparison == starts_with && !has_empty_prefix(term)) return 4;
    break;
  case filter_field::parent:
  case filter_field::root:
    if (is_among(term)) return 1;
    break;
  case filter_field::label:
    if (is_among(term)) return 3;
    if (term.comparison != not_equal && term.comparison != absent && term.comparison != present) return 5;
    break;
  case filter_field::status:
    if (is_among(term) && !has_status(term, "completed")) return has_status(term, "running") ? 6 : 2;
    break;
  case filter_field::state: return rank_of_state(term);
  case filter_field::problem:
    if (term.comparison != absent) return 2;
    break;
  case filter_field::orchestration:
    if (is_among(term)) return 7;
    break;
  case filter_field::created: return 8;
  case filter_field::version:
  case filter_field::updated:
  case filter_field::custom_status: break;
  }
  return std::nullopt;
}

const filter_term* best_of(const filter::alternative& terms) {
  const filter_term* best = nullptr;
  for (const filter_term& each : terms) {
    const auto rank = rank_of(each);
    if (rank && (best == nullptr || *rank < *rank_of(*best))) best = &each;
  }
  return best;
}

// Whether rows of `problems` lead to what fulfils this condition.
bool is_by_problem(const filter_term& term) {
  return term.field == filter_field::problem ||
         (term.field == filter_field::state && have_problems(words_left_by(term)));
}

// Whether its index has the rows of one value in the order of their keys.
bool is_by_key(const filter_term& term) {
  if (term.field == filter_field::problem) return term.comparison == present || term.comparison == equal;
  const bool has_keys = term.field == filter_field::label || term.field == filter_field::status ||
                        term.field == filter_field::orchestration;
  return has_keys && term.comparison == equal;
}

std::string_view mark_of(filter_comparison comparison) {
  switch (comparison) {
  case not_equal: return " <> ";
  case less: return " < ";
  case at_most: return " <= ";
  case greater: return " > ";
  case at_least: return " >= ";
  default: return " = ";
  }
}

// One alternative, as a statement.
class alternative_sql {
public:
  alternative_sql(const admin_session& db, sql_arguments& arguments, const filter& what,
                  const filter_cut& cut)
      : db_(db), arguments_(arguments), what_(what), cut_(cut) {}

  std::string select(const filter::alternative& terms, const filter_term* leading) {
    std::string sql = "select i.key from " + tables(leading);
    if (leading != nullptr) require(leading_condition(*leading));
    for (const filter_term& each : terms)
      if (&each != leading) require(other_condition(each));
    if (cut_.limit > 0) require_behind(leading);
    if (!conditions_.empty()) sql += " where " + conditions_;
    if (cut_.limit > 0) sql += order(leading) + " limit " + std::to_string(cut_.limit);
    return sql;
  }

private:
  void require(const std::string& condition) {
    if (condition.empty()) return;
    conditions_ += (conditions_.empty() ? "" : " and ") + condition;
  }

  std::string tables(const filter_term* leading) {
    if (leading == nullptr) return "instances i";
    if (leading->field == filter_field::label) return "labels l" + with_instance("l.instance_key");
    if (leading->field == filter_field::root) return family_rows(*leading);
    if (is_by_problem(*leading)) return "problems q" + with_instance("q.instance_key");
    return "instances i";
  }

  // A subquery that no condition is moved into: with statistics, SQLite would take a family for large, and make a
  // filter of the whole table first.
  std::string family_rows(const filter_term& root) {
    return "(select i.* from (" + family_of(root) + ") f" + db_.looked_up("i", "key", "f.key") +
           " limit 9223372036854775807) i";
  }

  // A page is few rows; to all of them there may be faster ways.
  std::string with_instance(const std::string& key) const {
    return cut_.limit > 0 ? db_.looked_up("i", "key", key) : " cross join instances i";
  }

  std::string joined(const std::string& key) const {
    return cut_.limit > 0 ? std::string() : "i.key = " + key + " and ";
  }

  std::string leading_condition(const filter_term& term) {
    switch (term.field) {
    case filter_field::label: return joined("l.instance_key") + label_condition("l", term);
    case filter_field::root: return "true";
    case filter_field::status: return status_condition("i.status", term) + " and i.status <> 'completed'";
    case filter_field::state: return leading_state(term);
    case filter_field::problem: return leading_problem(term);
    case filter_field::created: return compared("i.created_at", term);
    default: return compared("i." + column_of(term.field), term);
    }
  }

  std::string other_condition(const filter_term& term) {
    const auto unindexed_text = [&](const std::string& column) {
      return db_.without_index_of_text("i." + column);
    };
    switch (term.field) {
    case filter_field::label: return other_label_condition(term);
    case filter_field::root: return "i.key in (" + family_of(term) + ")";
    case filter_field::status: return status_condition(unindexed_text("status"), term);
    case filter_field::state: return in_words(state_sql(kind_of_row()), words_left_by(term));
    case filter_field::problem:
      if (term.values.empty()) return compared("(" + problem_sql(kind_of_row()) + ")", term);
      return in_words(problem_sql(kind_of_row()), words_left_by(term));
    case filter_field::created: return compared("(i.created_at + 0)", term);
    case filter_field::updated: return compared("(i.updated_at + 0)", term);
    case filter_field::custom_status: return custom_status_condition(term);
    default: return compared(unindexed_text(column_of(term.field)), term);
    }
  }

  // Of a row of problems, and of its instance: what has ended has no problem, whatever the row says.
  std::string leading_problem(const filter_term& term) const {
    const auto kinds = kinds_of(term);
    const std::string of_kinds =
        kinds.size() == 1 ? "q.kind = " + literals_of(kinds) : "q.kind in (" + literals_of(kinds) + ")";
    return joined("q.instance_key") + (term.comparison == present ? "" : of_kinds + " and ") +
           db_.without_index_of_text("i.status") + " in ('pending', 'running')";
  }

  std::string leading_state(const filter_term& term) const {
    if (is_by_problem(term)) return leading_problem(term);
    const auto states = words_left_by(term);
    return "i.status in (" + literals_of(statuses_in(states)) + ") and i.status <> 'completed' and " +
           in_words(state_sql(kind_of_row()), states);
  }

  static std::string in_words(const std::string& value, const std::vector<std::string>& words) {
    return words.empty() ? "1 = 0" : "(" + value + ") in (" + literals_of(words) + ")";
  }

  static std::string column_of(filter_field field) {
    switch (field) {
    case filter_field::orchestration: return "orchestration";
    case filter_field::version: return "version";
    case filter_field::parent: return "parent_instance";
    default: return "id";
    }
  }

  sql_value sql_of(const filter_value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* time = std::get_if<timestamp>(&value)) return to_sql(*time);
    return *number_of(value);
  }

  std::string compared(const std::string& column, const filter_term& term) {
    if (term.comparison == absent) return column + " is null";
    if (term.comparison == present) return column + " is not null";
    if (term.comparison == starts_with) return prefixed(column, std::get<std::string>(term.values.front()));
    if (term.comparison != one_of)
      return column + std::string(mark_of(term.comparison)) + arguments_.add(sql_of(term.values.front()));
    return column + " in (" + listed(term) + ")";
  }

  std::string listed(const filter_term& term) {
    std::string places;
    for (const filter_value& each : term.values)
      places += (places.empty() ? "" : ", ") + arguments_.add(sql_of(each));
    return places;
  }

  std::string prefixed(const std::string& column, const std::string& prefix) {
    if (prefix.empty()) return column + " is not null";
    std::string range = column + " >= " + arguments_.add(prefix);
    if (auto end = end_of_prefix(prefix)) range += " and " + column + " < " + arguments_.add(*std::move(end));
    return range;
  }

  // In words, so that a planner sees that the index which leaves `completed` out serves it.
  static std::string status_condition(const std::string& column, const filter_term& term) {
    std::string words;
    for (const filter_value& each : term.values)
      words += (words.empty() ? "'" : ", '") +
               std::string(to_string(runtime_status_from(std::get<std::string>(each)))) + "'";
    if (term.comparison == one_of) return column + " in (" + words + ")";
    return column + std::string(mark_of(term.comparison)) + words;
  }

  std::string custom_status_condition(const filter_term& term) {
    const std::string column = db_.without_index_of_text("i.custom_status");
    if (term.values.empty()) return compared(column, term);
    std::string places;
    for (const filter_value& each : term.values)
      places += (places.empty() ? "" : ", ") + arguments_.add(sql_payload{std::get<std::string>(each)});
    if (term.comparison == one_of) return column + " in (" + places + ")";
    if (term.comparison != starts_with) return column + std::string(mark_of(term.comparison)) + places;
    const std::string prefix = "cast(" + places + " as text)";
    return "substr(" + column + ", 1, length(" + prefix + ")) = " + prefix;
  }

  // Of a row of labels.
  std::string label_condition(const std::string& row, const filter_term& term) {
    const std::string name = row + ".name = " + arguments_.add(term.label);
    if (term.values.empty()) return name;
    const filter_value& first = term.values.front();
    if (std::holds_alternative<std::string>(first))
      return name + " and " + row + ".number is null and " + compared(row + ".text", term);
    return name + " and " + row + ".number is not null and " + row + ".type = '" + type_of(first) + "' and " +
           compared(row + ".number", with_numbers(term));
  }

  static std::string type_of(const filter_value& value) {
    return std::string(to_string(static_cast<label_type>(value.index())));
  }
  static filter_term with_numbers(filter_term term) {
    for (filter_value& each : term.values) each = *number_of(each);
    return term;
  }

  // Of the row `x` of labels, which no index but that of its key leads to.
  std::string unindexed_label_condition(const filter_term& term) {
    const std::string name = "x.name = " + arguments_.add(term.label);
    if (term.values.empty()) return name;
    const filter_value& first = term.values.front();
    const std::string type =
        name + " and " + db_.without_index_of_text("x.type") + " = '" + type_of(first) + "' and ";
    if (std::holds_alternative<std::string>(first))
      return type + compared(db_.without_index_of_text("x.text"), term);
    return type + compared("(x.number + 0)", with_numbers(term));
  }

  // An instance has one label of a name, so this gives one row.
  std::string other_label_condition(const filter_term& term) {
    filter_term found = term;
    if (term.comparison == absent) found.comparison = present;
    return "(select 1 from labels x where x.instance_key = i.key and " + unindexed_label_condition(found) +
           ") is " + (term.comparison == absent ? "null" : "not null");
  }

  // All below a root, by their parents: what has ended no longer knows its root.
  std::string family_of(const filter_term& term) {
    return "with recursive family (key, id) as (select r.key, r.id from instances r where r.id in (" +
           listed(term) + ") and r.parent_instance is null union select c.key, c.id from family p" +
           db_.looked_up("c", "parent_instance", "p.id") + ") select key from family";
  }

  static bool leads_by_id(const filter_term* leading) {
    return leading == nullptr || leading->field == filter_field::id;
  }
  static std::string key_column(const filter_term* leading) {
    if (leading == nullptr) return "i.key";
    if (!is_by_key(*leading)) return "(i.key + 0)";
    if (leading->field == filter_field::problem) return "q.instance_key";
    return leading->field == filter_field::label ? "l.instance_key" : "i.key";
  }
  std::string id_column(const filter_term* leading) const {
    return leads_by_id(leading) ? "i.id" : db_.without_index_of_text("i.id");
  }

  void require_behind(const filter_term* leading) {
    if (cut_.cursor.empty()) return;
    const std::string beyond = what_.descending ? " < " : " > ";
    switch (what_.order) {
    case filter_order::created:
      return require(key_column(leading) + beyond +
                     arguments_.add(place_from(cut_.cursor, instance_order::created).key));
    case filter_order::id:
      return require(id_column(leading) + beyond +
                     arguments_.add(place_from(cut_.cursor, instance_order::id).id));
    case filter_order::updated: break;
    }
    const list_place last = place_from(cut_.cursor, instance_order::updated);
    const std::string time = arguments_.add(last.updated_at);
    require("(i.updated_at + 0, i.key)" + beyond + "(" + time + ", " + arguments_.add(last.key) + ")");
  }

  std::string order(const filter_term* leading) const {
    const std::string direction = what_.descending ? " desc" : "";
    switch (what_.order) {
    case filter_order::created: return " order by " + key_column(leading) + direction;
    case filter_order::id: return " order by " + id_column(leading) + direction;
    case filter_order::updated: break;
    }
    return " order by i.updated_at" + direction + ", i.key" + direction;
  }

  const admin_session& db_;
  sql_arguments& arguments_;
  const filter& what_;
  const filter_cut& cut_;
  std::string conditions_;
};

using terms = filter::alternative;

// What takes the place of a condition: one of these lists of conditions holds, of which the first leads. Empty: the
// condition is better not taken apart.
std::vector<terms> parts_of(const filter_term& term) {
  std::vector<terms> parts;
  const auto equals = [&](filter_field field, filter_value value) {
    return filter_term{.field = field, .label = term.label, .values = {std::move(value)}};
  };
  if (is_by_problem(term)) {
    if (term.comparison == present) return {};
    for (const std::string& kind : kinds_of(term)) parts.push_back({equals(filter_field::problem, kind)});
  } else if (term.field == filter_field::state) {
    for (const std::string& status : statuses_in(words_left_by(term)))
      parts.push_back({equals(filter_field::status, status), term});
  } else if (term.comparison == one_of &&
             (term.field == filter_field::label || term.field == filter_field::status ||
              term.field == filter_field::orchestration)) {
    for (const filter_value& value : term.values) parts.push_back({equals(term.field, value)});
  }
  return parts;
}

// A filter with an alternative for each value of an index that has its rows in order.
std::vector<terms> in_order(const filter& what) {
  std::vector<terms> all;
  for (const terms& each : what.alternatives) {
    const filter_term* best = best_of(each);
    const auto parts = best == nullptr ? std::vector<terms>() : parts_of(*best);
    if (parts.empty() || what.alternatives.size() * parts.size() > most_statements) {
      all.push_back(each);
      continue;
    }
    for (const terms& part : parts) {
      terms& one = all.emplace_back(part);
      for (const filter_term& other : each)
        if (&other != best) one.push_back(other);
    }
  }
  return all;
}

}  // namespace

bool is_selective(const filter_term& term) { return rank_of(term).has_value(); }

void require_sortable(const filter& what) {
  if (what.order != filter_order::updated) return;
  for (const filter::alternative& each : what.alternatives)
    if (best_of(each) == nullptr)
      throw store_failure(commit_certainty::broken, error_kind::invalid_argument,
                          "ordered by 'updated', which no index serves, this filter would sort the whole "
                          "store; add a condition on "
                          "id, orchestration, status (but completed), state (but ended), problem, parent, "
                          "root, created or a label to each of its alternatives, or order by created");
}

std::string keys_of(const admin_session& db, sql_arguments& arguments, const filter& what,
                    const filter_cut& cut) {
  const auto alternatives = in_order(what);
  std::string all;
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    const filter::alternative& each = alternatives[i];
    const std::string sql = alternative_sql(db, arguments, what, cut).select(each, best_of(each));
    if (alternatives.size() == 1) return "(" + sql + ")";
    all += (i == 0 ? "select key from (" : " union select key from (") + sql + ") a" + std::to_string(i);
  }
  return "(" + all + ")";
}

}  // namespace duroxide::persistence
