// The reading half of the history codec; history_packing.cpp writes.
#include "runtime/history_codec.hpp"

#include "duroxide/rewound_history.hpp"
#include "runtime/base64.hpp"
#include "runtime/event_members.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace duroxide::internal {

namespace json = boost::json;

namespace {

std::string read_payload(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  auto bytes = from_base64(value.as_object().at("base64").as_string());
  if (!bytes) throw std::invalid_argument("malformed base64");
  return *std::move(bytes);
}

std::optional<std::string> read_optional(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (!value) return std::nullopt;
  return read_payload(*value);
}

std::uint64_t read_number(const json::object& object, std::string_view key) {
  return object.at(key).to_number<std::uint64_t>();
}

std::uint32_t read_attempt(const json::value& value) {
  const auto attempt = value.to_number<std::uint32_t>();
  if (attempt == 0) throw std::invalid_argument("its 'attempt' is 0; attempts are counted from 1");
  return attempt;
}

timestamp read_time(const json::value& value) { return timestamp(duration(value.as_int64())); }

error_details read_error(const json::object& object) {
  const json::value* retryable = object.if_contains("retryable");
  const auto text = [&object](std::string_view key) {
    return read_optional(object, key).value_or(std::string());
  };
  return {error_category_from(object.at("category").as_string()),
          error_kind_from(object.at("kind").as_string()),
          read_payload(object.at("message")),
          text("source"),
          !retryable || retryable->as_bool(),
          text("type"),
          text("stack")};
}

label read_label(const json::object& object) {
  label found{read_payload(object.at("name")), read_payload(object.at("value"))};
  if (const auto* type = object.if_contains("type")) found.type = label_type_from(type->as_string());
  value_of(found);
  return found;
}

void read_event(const json::object& object, history_event& event) {
  event.kind = event_kind_from(object.at("kind").as_string());
  if (object.contains("source")) event.source = read_number(object, "source");
  event.name = read_optional(object, "name").value_or(std::string());
  event.data = read_optional(object, "data").value_or(std::string());
  event.text = read_optional(object, "text");
  event.version = read_optional(object, "version");
  event.instance = read_optional(object, "instance");
  event.tag = read_optional(object, "tag");
  event.session = read_optional(object, "session");
  if (object.contains("attempt")) event.attempt = read_attempt(object.at("attempt"));
  if (object.contains("retry_of")) event.retry_of = read_number(object, "retry_of");
  if (const auto* due = object.if_contains("due")) event.due = read_time(*due);
  if (const auto* error = object.if_contains("error")) event.error = read_error(error->as_object());
  if (const auto* parent = object.if_contains("parent")) {
    const auto& link = parent->as_object();
    event.parent = parent_link{read_payload(link.at("instance")), read_number(link, "execution"),
                               read_number(link, "event")};
  }
  if (const auto* carried = object.if_contains("carried"))
    for (const auto& each : carried->as_array())
      event.carried.push_back(
          {read_payload(each.as_object().at("queue")), read_payload(each.as_object().at("data"))});
  if (const auto* kv = object.if_contains("kv"))
    for (const auto& each : kv->as_array())
      event.kv.push_back({read_payload(each.as_object().at("key")),
                          read_payload(each.as_object().at("value")),
                          read_time(each.as_object().at("updated_at"))});
  if (const auto* labels = object.if_contains("labels"))
    for (const auto& each : labels->as_array()) event.labels.push_back(read_label(each.as_object()));
  if (const char* missing = missing_member(event))
    throw std::invalid_argument(std::string("it has no '") + missing + "'");
}

// Appends the events of a row; gives what cannot be read, and where, if it is so.
std::optional<std::string> unpack_onto(std::vector<history_event>& events, std::uint64_t first_event_id,
                                       std::string_view packed) {
  std::uint64_t id = first_event_id;
  auto unreadable = [&](const std::string& why) {
    return "event " + std::to_string(id) + " cannot be read: " + why;
  };
  try {
    json::monotonic_resource memory;
    json::value row = json::parse(packed, &memory);
    const json::object& turn = row.as_object();
    const std::string build = read_payload(turn.at("build"));
    const timestamp recorded_at = read_time(turn.at("at"));
    for (const auto& each : turn.at("events").as_array()) {
      history_event& event = events.emplace_back();
      read_event(each.as_object(), event);
      event.id = id++;
      event.recorded_at = recorded_at;
      event.build = build;
    }
  } catch (const boost::system::system_error& e) {
    return unreadable(e.code().message());  // what() tells of Boost's own sources
  } catch (const std::exception& e) {
    return unreadable(e.what());
  }
  return std::nullopt;
}

// Not more than the rows can hold, whatever they say. Events are large: they are not to be moved about.
std::size_t most_events_in(const std::vector<history_row>& rows) {
  constexpr std::size_t shortest_event = std::string_view(R"({"kind":"kv_set"})").size();
  std::size_t count = 0;
  for (const history_row& row : rows)
    count += std::min<std::size_t>(row.count, row.packed.size() / shortest_event);
  return count;
}

}  // namespace

result<std::vector<history_event>, std::string> unpack_events(std::uint64_t first_event_id,
                                                              std::string_view packed) {
  std::vector<history_event> events;
  if (auto unreadable = unpack_onto(events, first_event_id, packed)) return *std::move(unreadable);
  return events;
}

result<std::vector<history_event>, std::string> unpack_history(const std::string& instance,
                                                               std::vector<history_row> rows) {
  auto history = unpack_all_events(instance, std::move(rows));
  if (history) leave_out_rewound(*history);
  return history;
}

result<std::vector<history_event>, std::string> unpack_all_events(const std::string& instance,
                                                                  std::vector<history_row> rows) {
  std::vector<history_event> history;
  history.reserve(most_events_in(rows));
  for (history_row& row : rows) {
    const std::string where =
        "the history of instance '" + instance + "', execution " + std::to_string(row.execution) + ": ";
    if (row.first_event_id != history.size() + 1)
      return where + "event " + std::to_string(history.size() + 1) + " is missing";
    if (auto unreadable = unpack_onto(history, row.first_event_id, row.packed)) return where + *unreadable;
    row.packed = std::string();
  }
  if (!history.empty() && history.front().kind != event_kind::orchestration_started)
    return "the history of instance '" + instance + "' does not begin with orchestration_started";
  return history;
}

}  // namespace duroxide::internal
