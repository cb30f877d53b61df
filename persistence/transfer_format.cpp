#include "persistence/transfer_format.hpp"

#include "duroxide/utf8.hpp"
#include "persistence/hex.hpp"
#include "persistence/label_json.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace duroxide::persistence {

namespace {

using enum column_type;
namespace json = boost::json;

json::value to_json(std::string payload) {
  if (is_utf8(payload)) return json::value(payload);
  return json::object{{"hex", to_hex(payload)}};
}

std::string from_json(const json::value& payload) {
  if (const auto* text = payload.if_string()) return std::string(*text);
  const auto* object = payload.if_object();
  const auto* digits = object != nullptr ? object->if_contains("hex") : nullptr;
  if (digits == nullptr || !digits->is_string() || object->size() != 1)
    throw std::invalid_argument(R"(a payload is a string or {"hex":"..."})");
  auto bytes = from_hex(digits->get_string());
  if (!bytes) throw std::invalid_argument("these are no hexadecimal digits");
  return *std::move(bytes);
}

// None if there are no labels. Those that cannot be read are given as they are.
std::optional<json::value> labels_member(const std::string& stored) {
  try {
    auto written = labels_to_json(labels_from_json(stored));
    if (!written) return std::nullopt;
    return to_json(*std::move(written));
  } catch (const std::exception&) {
    return to_json(stored);
  }
}

std::optional<json::value> member_of(const admin_session& db, column_type type, std::string stored) {
  switch (type) {
  case labels: return labels_member(stored);
  case number: return json::value(std::stoll(stored));
  case yes_no: return json::value(stored == "1");
  case text: return json::value(stored);
  case payload: break;
  }
  return to_json(db.payload(std::move(stored)));
}

sql_value value_of(const json::value& member, column_type type) {
  switch (type) {
  case number: return member.as_int64();
  case yes_no: return std::int64_t{member.as_bool() ? 1 : 0};
  case text: return std::string(member.as_string());
  case labels:
  case payload: break;
  }
  return sql_payload{from_json(member)};
}

}  // namespace

const transfer_table& instance_table() {
  static const transfer_table table{"instance",
                                    "instances",
                                    "key",
                                    &transfer::instances,
                                    false,
                                    true,
                                    {{"id"},
                                     {"orchestration"},
                                     {"version"},
                                     {"status"},
                                     {"execution", number},
                                     {"parent_instance"},
                                     {"parent_execution", number},
                                     {"parent_event_id", number},
                                     {"history_format", number},
                                     {"created_at", number},
                                     {"updated_at", number},
                                     {"custom_status_version", number},
                                     {"labels", labels},
                                     {"custom_status", payload}}};
  return table;
}

namespace {

transfer_table actors_table() {
  return {"actor",
          "actor_states",
          "r.instance_key",
          &transfer::actors,
          false,
          false,
          {{"version"}, {"answers_since", number}, {"updated_at", number}, {"state", payload}}};
}

transfer_table answers_table() {
  return {"answer",
          "answers",
          "r.made_at, r.command_id",
          &transfer::answers,
          true,
          false,
          {{"command_id"}, {"made_at", number}, {"error", payload}, {"answer", payload}},
          false};
}

transfer_table executions_table() {
  return {"execution",
          "executions",
          "r.execution",
          &transfer::executions,
          false,
          false,
          {{"execution", number},
           {"status"},
           {"started_at", number},
           {"ended_at", number},
           {"event_count", number},
           {"error", payload},
           {"output", payload},
           {"input", payload}}};
}

transfer_table history_table() {
  return {"history",
          "history",
          "r.execution, r.first_event_id",
          &transfer::history_rows,
          false,
          false,
          {{"execution", number}, {"first_event_id", number}, {"count", number}, {"packed"}}};
}

transfer_table kv_table() {
  return {"kv",
          "kv",
          "r.key",
          &transfer::kv_values,
          false,
          false,
          {{"key"}, {"updated_at", number}, {"value", payload}}};
}

transfer_table problems_table() {
  return {"problem",
          "problems",
          "r.instance_key",
          &transfer::problems,
          false,
          false,
          {{"kind"}, {"since", number}, {"detail", payload}}};
}

transfer_table messages_table() {
  return {"message",
          "inbox",
          "r.place, r.id",
          &transfer::messages,
          true,
          true,
          {{"kind"},
           {"execution", number},
           {"source", number},
           {"attempts", number},
           {"sent_at", number},
           {"visible_at", number},
           {"name"},
           {"error", payload},
           {"data", payload}}};
}

transfer_table activities_table() {
  return {"activity",
          "activities",
          "r.execution, r.event_id",
          &transfer::activities,
          true,
          true,
          {{"execution", number},
           {"event_id", number},
           {"shared", yes_no},
           {"finished", yes_no},
           {"attempts", number},
           {"attempt", number},
           {"retry_of", number},
           {"visible_at", number},
           {"due", number, "visible_at"},
           {"name"},
           {"tag"},
           {"session"},
           {"progress_at", number},
           {"progress", payload},
           {"input", payload}}};
}

}  // namespace

std::span<const transfer_table> tables_of_an_instance() {
  static const std::vector<transfer_table> tables{actors_table(),  executions_table(), history_table(),
                                                  kv_table(),      messages_table(),   activities_table(),
                                                  answers_table(), problems_table()};
  return tables;
}

std::string selected_columns(const admin_session& db, const transfer_table& table, const std::string& alias) {
  std::string sql;
  for (const transfer_column& each : table.columns) {
    if (!sql.empty()) sql += ", ";
    if (each.type == labels) {
      sql += db.labels_of(alias) + " as " + each.name;
      continue;
    }
    const std::string column = alias + "." + each.name;
    sql += each.type == yes_no ? "case when " + column + " then 1 else 0 end as " + each.name : column;
  }
  return sql;
}

std::string line_of(const admin_session& db, const transfer_table& table, sql_row& row) {
  json::object members;
  for (const transfer_column& each : table.columns)
    if (auto stored = row.take(each.name))
      if (auto member = member_of(db, each.type, *std::move(stored)))
        members.emplace(each.name, *std::move(member));
  return line_with(table, std::move(members));
}

std::string line_with(const transfer_table& table, json::object members) {
  for (const transfer_column& each : table.columns) {
    if (each.otherwise == nullptr) continue;
    const auto* member = members.if_contains(each.name);
    const auto* otherwise = members.if_contains(each.otherwise);
    if (member != nullptr && otherwise != nullptr && *member == *otherwise) members.erase(each.name);
  }
  return json::serialize(json::object{{table.line, std::move(members)}});
}

std::vector<sql_value> values_of(const transfer_table& table, const json::object& members) {
  std::vector<sql_value> values;
  for (const transfer_column& each : table.columns) {
    const auto* member = members.if_contains(each.name);
    if (member == nullptr && each.otherwise != nullptr) member = members.if_contains(each.otherwise);
    if (member == nullptr) {
      values.emplace_back();
      continue;
    }
    try {
      values.push_back(value_of(*member, each.type));
    } catch (const std::exception&) {
      throw std::invalid_argument("'" + std::string(each.name) + "' is not what it should be");
    }
  }
  for (const auto& member : members)
    if (std::ranges::none_of(table.columns, [&](const auto& each) { return member.key() == each.name; }))
      throw std::invalid_argument("'" + std::string(member.key()) +
                                  "' is not known; is the file of a newer duroxide?");
  return values;
}

}  // namespace duroxide::persistence
