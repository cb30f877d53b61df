#include "persistence/simulated/transfer_lines.hpp"

#include "duroxide/utf8.hpp"
#include "persistence/error_json.hpp"
#include "persistence/hex.hpp"
#include "persistence/label_json.hpp"

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
std::string line_from(const transfer_table& of, const std::vector<sql_value>& values) {
  json::object members;
  for (std::size_t i = 0; i < of.columns.size(); ++i)
    if (!std::holds_alternative<std::monostate>(values.at(i)))
      members.emplace(of.columns[i].name, to_json(values[i], of.columns[i].type));
  return persistence::line_with(of, std::move(members));
}

sql_value number(std::uint64_t value) { return static_cast<std::int64_t>(value); }
sql_value text(std::string_view value) { return std::string(value); }
sql_value payload(std::string bytes) { return sql_payload{std::move(bytes)}; }

template <class Value, class Make> sql_value optional(const std::optional<Value>& value, Make make) {
  return value ? sql_value(make(*value)) : sql_value();
}

std::vector<sql_value> values_of(const instance_row& it) {
  std::vector<sql_value> parent(3);
  if (it.parent)
    parent = {text(it.parent->instance), number(it.parent->execution), number(it.parent->event_id)};
  return {text(it.id),
          text(it.orchestration),
          text(it.version),
          text(to_string(it.status)),
          number(it.execution),
          parent[0],
          parent[1],
          parent[2],
          std::int64_t{it.history_format},
          to_sql(it.created_at),
          to_sql(it.updated_at),
          number(it.custom_status_version),
          optional(labels_to_json(it.labels), payload),
          optional(it.custom_status, payload)};
}

std::vector<sql_value> values_of(std::uint64_t execution, const execution_row& it) {
  return {number(execution),
          text(to_string(it.status)),
          to_sql(it.started_at),
          optional(it.ended_at, to_sql),
          optional(it.event_count, number),
          optional(error_to_json(it.error), payload),
          optional(it.output, payload),
          payload(it.input)};
}

std::vector<sql_value> values_of(const history_row& it) {
  return {number(it.execution), number(it.first_event_id), number(it.count), text(it.packed)};
}

std::vector<sql_value> values_of(const kv_entry& it) {
  return {text(it.key), to_sql(it.updated_at), payload(it.value)};
}

std::vector<sql_value> values_of(const message_row& it) {
  const message& content = it.content;
  return {text(to_string(content.kind)),
          number(content.execution),
          number(content.source),
          number(it.crash_count),
          to_sql(it.sent_at),
          to_sql(content.visible_at),
          text(content.name),
          optional(error_to_json(content.error), payload),
          payload(content.data)};
}

std::vector<sql_value> values_of(const activity_row& it) {
  const stored_activity& what = it.what;
  return {number(what.key.execution),
          number(what.key.event_id),
          std::int64_t{what.claimable},
          std::int64_t{it.finished},
          number(what.crash_count),
          number(what.attempt),
          number(what.retry_of),
          to_sql(it.visible_at),
          to_sql(what.due),
          text(what.name),
          optional(what.tag, text),
          optional(what.session, text),
          optional(it.progress_at, to_sql),
          optional(it.progress, payload),
          payload(what.input)};
}

// -- from lines -----------------------------------------------------------------

// The members of a line, taken from left to right in the order of the columns.
class line_columns {
public:
  line_columns(const transfer_table& of, const json::object& members)
      : of_(of), values_(persistence::values_of(of, members)) {}

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
  template <class Read> auto read(Read from) -> decltype(from(std::string())) {
    const std::string words = text();
    try {
      return from(words);
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
  sql_value next() { return std::move(values_.at(at_++)); }
  std::string name() const { return "'" + std::string(of_.columns.at(at_ - 1).name) + "' "; }
  template <class Value> Value required(std::optional<Value> found) const {
    if (!found) throw std::invalid_argument(name() + "is missing");
    return *std::move(found);
  }

  const transfer_table& of_;
  std::vector<sql_value> values_;
  std::size_t at_ = 0;
};

template <class Rows, class Key, class Row> void insert_once(Rows& into, Key key, Row row) {
  if (!into.emplace(std::move(key), std::move(row)).second)
    throw std::invalid_argument("the instance has such a row already");
}

void add_execution(instance_row& to, line_columns from) {
  const auto execution = from.count<std::uint64_t>();
  execution_row it;
  it.status = from.read(runtime_status_from);
  it.started_at = from.time();
  it.ended_at = from.optional_time();
  if (const auto events = from.optional_number()) it.event_count = static_cast<std::uint64_t>(*events);
  it.error = from.error();
  it.output = from.optional_text();
  it.input = from.text();
  insert_once(to.executions, execution, std::move(it));
}

void add_history(instance_row& to, line_columns from) {
  history_row it;
  it.execution = from.count<std::uint64_t>();
  it.first_event_id = from.count<std::uint64_t>();
  it.count = from.count<std::uint32_t>();
  it.packed = from.text();
  auto& rows = to.history[it.execution];
  if (!rows.empty() && rows.back().first_event_id >= it.first_event_id)
    throw std::invalid_argument("the events before it come after it");
  rows.push_back(std::move(it));
}

void add_kv(instance_row& to, line_columns from) {
  kv_entry it;
  it.key = from.text();
  it.updated_at = from.time();
  it.value = from.text();
  std::string key = it.key;
  insert_once(to.kv, std::move(key), std::move(it));
}

void add_message(instance_row& to, line_columns from) {
  message_row it;
  it.content.kind = from.read(message_kind_from);
  it.content.execution = from.count<std::uint64_t>();
  it.content.source = from.count<std::uint64_t>();
  it.crash_count = from.count<std::uint32_t>();
  it.sent_at = from.time();
  it.content.visible_at = from.time();
  it.content.name = from.text();
  it.content.error = from.error();
  it.content.data = from.text();
  to.inbox.emplace(to.inbox.size() + 1, std::move(it));
}

void add_activity(instance_row& to, line_columns from) {
  activity_row it;
  stored_activity& what = it.what;
  what.key.execution = from.count<std::uint64_t>();
  what.key.event_id = from.count<std::uint64_t>();
  what.claimable = from.yes_no();
  it.finished = from.yes_no();
  what.crash_count = from.count<std::uint32_t>();
  what.attempt = from.count<std::uint32_t>();
  what.retry_of = from.count<std::uint64_t>();
  it.visible_at = from.time();
  it.what.due = from.time();
  what.name = from.text();
  what.tag = from.optional_text();
  what.session = from.optional_text();
  it.progress_at = from.optional_time();
  it.progress = from.optional_text();
  what.input = from.text();
  const instance_row::event_of_execution number{what.key.execution, what.key.event_id};
  insert_once(to.activities, number, std::move(it));
}

// In the order of persistence::tables_of_an_instance().
struct table_rows {
  void (*add)(instance_row&, line_columns);
  void (*write)(const instance_row&, const std::function<void(const std::vector<sql_value>&)>&);
};

constexpr table_rows all_rows[] = {
    {add_execution,
     [](const auto& it, const auto& use) {
       for (const auto& [execution, each] : it.executions) use(values_of(execution, each));
     }},
    {add_history,
     [](const auto& it, const auto& use) {
       for (const auto& [execution, rows] : it.history)
         for (const history_row& each : rows) use(values_of(each));
     }},
    {add_kv,
     [](const auto& it, const auto& use) {
       for (const auto& [key, each] : it.kv) use(values_of(each));
     }},
    {add_message,
     [](const auto& it, const auto& use) {
       for (const message_row* each : it.messages_in_order()) use(values_of(*each));
     }},
    {add_activity,
     [](const auto& it, const auto& use) {
       for (const auto& [number, each] : it.activities) use(values_of(each));
     }},
};

}  // namespace

void for_each_line(const instance_row& it,
                   const std::function<void(const transfer_table&, std::string)>& use) {
  use(instance_table(), line_from(instance_table(), values_of(it)));
  const auto tables = tables_of_an_instance();
  for (std::size_t i = 0; i < tables.size(); ++i)
    all_rows[i].write(
        it, [&](const std::vector<sql_value>& values) { use(tables[i], line_from(tables[i], values)); });
}

instance_row instance_from(const json::object& members) {
  line_columns from(instance_table(), members);
  instance_row it;
  it.id = from.text();
  it.orchestration = from.text();
  it.version = from.text();
  it.status = from.read(runtime_status_from);
  it.execution = from.count<std::uint64_t>();
  auto parent = from.optional_text();
  const auto parent_execution = from.optional_number().value_or(0);
  const auto parent_event = from.optional_number().value_or(0);
  if (parent)
    it.parent = parent_link{*std::move(parent), static_cast<std::uint64_t>(parent_execution),
                            static_cast<std::uint64_t>(parent_event)};
  it.history_format = from.count<int>();
  it.created_at = from.time();
  it.updated_at = from.time();
  it.custom_status_version = from.count<std::uint64_t>();
  const auto labels = from.optional_text();
  try {
    it.labels = labels_from_json(labels);
  } catch (const std::exception&) {
    from.wrong();
  }
  it.custom_status = from.optional_text();
  return it;
}

void add_line(instance_row& to, const transfer_table& of, const json::object& members) {
  const auto tables = tables_of_an_instance();
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (tables[i].line == of.line) all_rows[i].add(to, line_columns(of, members));
}

}  // namespace duroxide::internal::simulated
