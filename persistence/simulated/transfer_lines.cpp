#include "persistence/simulated/transfer_lines.hpp"

#include "duroxide/utf8.hpp"
#include "persistence/error_json.hpp"
#include "persistence/hex.hpp"
#include "persistence/label_json.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

namespace json = boost::json;
using namespace persistence;

// -- to lines -------------------------------------------------------------------

json::value to_json(const sql_value& value, column_type type) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return type == column_type::yes_no ? json::value(*number != 0) : json::value(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return json::value(*text);
  const std::string& bytes = std::get<sql_payload>(value).bytes;
  if (is_utf8(bytes)) return json::value(bytes);
  return json::object{{"hex", to_hex(bytes)}};
}

// `values`: in the order of the columns.
std::string line_from(const transfer_table& table, const std::vector<sql_value>& values) {
  json::object members;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!std::holds_alternative<std::monostate>(values.at(i)))
      members.emplace(table.columns[i].name, to_json(values[i], table.columns[i].type));
  return persistence::line_with(table, std::move(members));
}

sql_value number(std::uint64_t value) { return static_cast<std::int64_t>(value); }
sql_value text(std::string_view value) { return std::string(value); }
sql_value payload(std::string bytes) { return sql_payload{std::move(bytes)}; }

template <class Value, class Make> sql_value optional(const std::optional<Value>& value, Make make) {
  return value ? sql_value(make(*value)) : sql_value();
}

std::vector<sql_value> values_of(const instance_row& row) {
  std::vector<sql_value> parent(3);
  if (row.parent)
    parent = {text(row.parent->instance), number(row.parent->execution), number(row.parent->event_id)};
  return {text(row.id),
          text(row.orchestration),
          text(row.version),
          text(to_string(row.status)),
          number(row.execution),
          parent[0],
          parent[1],
          parent[2],
          std::int64_t{row.history_format},
          to_sql(row.created_at),
          to_sql(row.updated_at),
          number(row.custom_status_version),
          optional(labels_to_json(row.labels), payload),
          optional(row.custom_status, payload)};
}

std::vector<sql_value> values_of(std::uint64_t execution, const execution_row& row) {
  return {number(execution),
          text(to_string(row.status)),
          to_sql(row.started_at),
          optional(row.ended_at, to_sql),
          optional(row.event_count, number),
          optional(error_to_json(row.error), payload),
          optional(row.output, payload),
          payload(row.input)};
}

std::vector<sql_value> values_of(const history_row& row) {
  return {number(row.execution), number(row.first_event_id), number(row.count), text(row.packed)};
}

std::vector<sql_value> values_of(const kv_entry& row) {
  return {text(row.key), to_sql(row.updated_at), payload(row.value)};
}

std::vector<sql_value> values_of(const actor_row& row) {
  return {text(row.state.version), to_sql(row.state.answers_since), to_sql(row.updated_at),
          payload(row.state.state)};
}

std::vector<sql_value> values_of(const kept_answer& row) {
  return {text(row.command_id), to_sql(row.made_at), optional(error_to_json(row.error), payload),
          payload(row.answer)};
}

std::vector<sql_value> values_of(const instance_problem& row) {
  return {text(to_string(row.kind)), to_sql(row.since), payload(row.detail)};
}

std::vector<sql_value> values_of(const message_row& row) {
  const message& content = row.content;
  return {text(to_string(content.kind)),
          number(content.execution),
          number(content.source),
          number(row.crash_count),
          to_sql(row.sent_at),
          to_sql(content.visible_at),
          text(content.name),
          optional(error_to_json(content.error), payload),
          payload(content.data)};
}

std::vector<sql_value> values_of(const activity_row& row) {
  const stored_activity& what = row.what;
  return {number(what.key.execution),
          number(what.key.event_id),
          std::int64_t{what.claimable},
          std::int64_t{row.finished},
          number(what.crash_count),
          number(what.attempt),
          number(what.retry_of),
          to_sql(row.visible_at),
          to_sql(what.due),
          text(what.name),
          optional(what.tag, text),
          optional(what.session, text),
          optional(row.progress_at, to_sql),
          optional(row.progress, payload),
          payload(what.input)};
}

// -- from lines -----------------------------------------------------------------

// The members of a line, taken from left to right in the order of the columns.
class line_columns {
public:
  line_columns(const transfer_table& table, const json::object& members)
      : table_(table), values_(persistence::values_of(table, members)) {}

  std::optional<std::string> optional_text() {
    sql_value value = next();
    if (auto* as_it_is = std::get_if<std::string>(&value)) return std::move(*as_it_is);
    if (auto* bytes = std::get_if<sql_payload>(&value)) return std::move(bytes->bytes);
    return std::nullopt;
  }
  std::optional<std::int64_t> optional_number() {
    const sql_value value = next();
    if (const auto* found = std::get_if<std::int64_t>(&value)) return *found;
    return std::nullopt;
  }
  std::optional<timestamp> optional_time() {
    if (const auto found = optional_number()) return timestamp(duration(*found));
    return std::nullopt;
  }
  std::string text() { return required(optional_text()); }
  timestamp time() { return required(optional_time()); }
  template <class Number> Number count() {
    const std::int64_t found = required(optional_number());
    if (found < 0 || !std::in_range<Number>(found)) wrong();
    return static_cast<Number>(found);
  }
  bool yes_no() { return required(optional_number()) != 0; }
  // A word or a text that another function reads.
  template <class Read> auto read(Read decode) -> decltype(decode(std::string())) {
    const std::string words = text();
    try {
      return decode(words);
    } catch (const std::exception&) {
      wrong();
    }
  }
  std::optional<error_details> error() {
    const auto found = optional_text();
    if (!found) return std::nullopt;
    try {
      return error_from_json(*found);
    } catch (const std::exception&) {
      wrong();
    }
  }

  [[noreturn]] void wrong() const { throw std::invalid_argument(name() + "is not what it should be"); }

private:
  sql_value next() { return std::move(values_.at(next_++)); }
  std::string name() const { return "'" + std::string(table_.columns.at(next_ - 1).name) + "' "; }
  template <class Value> Value required(std::optional<Value> found) const {
    if (!found) throw std::invalid_argument(name() + "is missing");
    return *std::move(found);
  }

  const transfer_table& table_;
  std::vector<sql_value> values_;
  std::size_t next_ = 0;
};

template <class Rows, class Key, class Row> void insert_once(Rows& rows, Key key, Row row) {
  if (!rows.emplace(std::move(key), std::move(row)).second)
    throw std::invalid_argument("the instance has such a row already");
}

void add_actor(transferred_instance& into, line_columns columns) {
  if (into.row.actor) throw std::invalid_argument("the instance has such a row already");
  actor_row row;
  row.state.version = columns.text();
  row.state.answers_since = columns.time();
  row.updated_at = columns.time();
  row.state.state = columns.text();
  into.row.actor = std::move(row);
}

void add_answer(transferred_instance& into, line_columns columns) {
  kept_answer row;
  row.command_id = columns.text();
  row.made_at = columns.time();
  row.error = columns.error();
  row.answer = columns.text();
  std::string id = row.command_id;
  insert_once(into.beside.answers, std::move(id), std::move(row));
}

void add_execution(transferred_instance& into, line_columns columns) {
  const auto execution = columns.count<std::uint64_t>();
  execution_row row;
  row.status = columns.read(runtime_status_from);
  row.started_at = columns.time();
  row.ended_at = columns.optional_time();
  if (const auto events = columns.optional_number()) row.event_count = static_cast<std::uint64_t>(*events);
  row.error = columns.error();
  row.output = columns.optional_text();
  row.input = columns.text();
  insert_once(into.row.executions, execution, std::move(row));
}

void add_history(transferred_instance& into, line_columns columns) {
  history_row row;
  row.execution = columns.count<std::uint64_t>();
  row.first_event_id = columns.count<std::uint64_t>();
  row.count = columns.count<std::uint32_t>();
  row.packed = columns.text();
  auto& rows = into.row.history[row.execution];
  if (!rows.empty() && rows.back().first_event_id >= row.first_event_id)
    throw std::invalid_argument("the events before it come after it");
  rows.push_back(std::move(row));
}

void add_kv(transferred_instance& into, line_columns columns) {
  kv_entry row;
  row.key = columns.text();
  row.updated_at = columns.time();
  row.value = columns.text();
  std::string key = row.key;
  insert_once(into.row.kv, std::move(key), std::move(row));
}

void add_problem(transferred_instance& into, line_columns columns) {
  if (into.beside.problem) throw std::invalid_argument("the instance has such a row already");
  instance_problem row;
  row.kind = columns.read(problem_kind_from);
  row.since = columns.time();
  row.detail = columns.text();
  into.beside.problem = std::move(row);
}

void add_message(transferred_instance& into, line_columns columns) {
  message_row row;
  row.content.kind = columns.read(message_kind_from);
  row.content.execution = columns.count<std::uint64_t>();
  row.content.source = columns.count<std::uint64_t>();
  row.crash_count = columns.count<std::uint32_t>();
  row.sent_at = columns.time();
  row.content.visible_at = columns.time();
  row.content.name = columns.text();
  row.content.error = columns.error();
  row.content.data = columns.text();
  into.row.inbox.emplace(into.row.inbox.size() + 1, std::move(row));
}

void add_activity(transferred_instance& into, line_columns columns) {
  activity_row row;
  stored_activity& what = row.what;
  what.key.execution = columns.count<std::uint64_t>();
  what.key.event_id = columns.count<std::uint64_t>();
  what.claimable = columns.yes_no();
  row.finished = columns.yes_no();
  what.crash_count = columns.count<std::uint32_t>();
  what.attempt = columns.count<std::uint32_t>();
  what.retry_of = columns.count<std::uint64_t>();
  row.visible_at = columns.time();
  row.what.due = columns.time();
  what.name = columns.text();
  what.tag = columns.optional_text();
  what.session = columns.optional_text();
  row.progress_at = columns.optional_time();
  row.progress = columns.optional_text();
  what.input = columns.text();
  const instance_row::event_of_execution number{what.key.execution, what.key.event_id};
  insert_once(into.row.activities, number, std::move(row));
}

// In the order of persistence::tables_of_an_instance().
using values_user = std::function<void(const std::vector<sql_value>&)>;

struct table_rows {
  void (*add)(transferred_instance&, line_columns);
  void (*write)(const instance_row&, const kept_beside_row&, const values_user&);
};

std::vector<const kept_answer*> in_order(const std::map<std::string, kept_answer>& answers) {
  std::vector<const kept_answer*> all;
  for (const auto& [id, each] : answers) all.push_back(&each);
  std::ranges::stable_sort(all, {}, &kept_answer::made_at);
  return all;
}

constexpr table_rows all_rows[] = {
    {add_actor,
     [](const auto& row, const auto&, const auto& use) {
       if (row.actor) use(values_of(*row.actor));
     }},
    {add_execution,
     [](const auto& row, const auto&, const auto& use) {
       for (const auto& [execution, each] : row.executions) use(values_of(execution, each));
     }},
    {add_history,
     [](const auto& row, const auto&, const auto& use) {
       for (const auto& [execution, rows] : row.history)
         for (const history_row& each : rows) use(values_of(each));
     }},
    {add_kv,
     [](const auto& row, const auto&, const auto& use) {
       for (const auto& [key, each] : row.kv) use(values_of(each));
     }},
    {add_message,
     [](const auto& row, const auto&, const auto& use) {
       for (const message_row* each : row.messages_in_order()) use(values_of(*each));
     }},
    {add_activity,
     [](const auto& row, const auto&, const auto& use) {
       for (const auto& [number, each] : row.activities) use(values_of(each));
     }},
    {add_answer,
     [](const auto&, const auto& beside, const auto& use) {
       for (const kept_answer* each : in_order(beside.answers)) use(values_of(*each));
     }},
    {add_problem,
     [](const auto&, const auto& beside, const auto& use) {
       if (beside.problem) use(values_of(*beside.problem));
     }},
};

}  // namespace

void for_each_line(const instance_row& row, const kept_beside_row& beside,
                   const std::function<void(const transfer_table&, std::string)>& use) {
  use(persistence::instance_table(), line_from(persistence::instance_table(), values_of(row)));
  const auto tables = tables_of_an_instance();
  for (std::size_t i = 0; i < tables.size(); ++i)
    all_rows[i].write(row, beside, [&](const std::vector<sql_value>& values) {
      use(tables[i], line_from(tables[i], values));
    });
}

instance_row instance_from(const json::object& members) {
  line_columns columns(persistence::instance_table(), members);
  instance_row row;
  row.id = columns.text();
  row.orchestration = columns.text();
  row.version = columns.text();
  row.status = columns.read(runtime_status_from);
  row.execution = columns.count<std::uint64_t>();
  auto parent = columns.optional_text();
  const auto parent_execution = columns.optional_number().value_or(0);
  const auto parent_event = columns.optional_number().value_or(0);
  if (parent)
    row.parent = parent_link{*std::move(parent), static_cast<std::uint64_t>(parent_execution),
                             static_cast<std::uint64_t>(parent_event)};
  row.history_format = columns.count<int>();
  row.created_at = columns.time();
  row.updated_at = columns.time();
  row.custom_status_version = columns.count<std::uint64_t>();
  const auto labels = columns.optional_text();
  try {
    row.labels = labels_from_json(labels);
  } catch (const std::exception&) {
    columns.wrong();
  }
  row.custom_status = columns.optional_text();
  return row;
}

void add_line(transferred_instance& instance, const transfer_table& table, const json::object& members) {
  const auto tables = tables_of_an_instance();
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (tables[i].line == table.line) all_rows[i].add(instance, line_columns(table, members));
}

}  // namespace duroxide::internal::simulated
