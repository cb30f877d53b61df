#include "runtime/history_codec.hpp"

#include "duroxide/utf8.hpp"
#include "runtime/base64.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace duroxide::internal {

namespace json = boost::json;

namespace {

// -- packing ------------------------------------------------------------------

// Appends JSON text by hand: a row is packed for every turn, and building a document first costs four times
// as much.
class packer {
public:
  std::string text;

  void member(std::string_view key, std::string_view value) {
    begin_member(key);
    payload(value);
  }
  void member(std::string_view key, std::uint64_t value) {
    begin_member(key);
    number(static_cast<std::int64_t>(value));
  }
  void member(std::string_view key, bool value) {
    begin_member(key);
    text += value ? "true" : "false";
  }
  void member(std::string_view key, timestamp value) {
    begin_member(key);
    number(value.time_since_epoch().count());
  }
  template <class T> void member(std::string_view key, const std::optional<T>& value) {
    if (value) member(key, *value);
  }
  void begin_member(std::string_view key) {
    separate();
    text += '"';
    text += key;
    text += "\":";
  }
  void begin(char bracket) {
    text += bracket;
    first_ = true;
  }
  void end(char bracket) {
    text += bracket;
    first_ = false;
  }
  void separate() {
    if (!first_) text += ',';
    first_ = false;
  }
  void payload(std::string_view value) {
    if (is_utf8(value)) return quoted(value);
    text += "{\"base64\":\"";
    text += to_base64(value);
    text += "\"}";
  }

private:
  void number(std::int64_t value) {
    char digits[24];
    auto [end, failed] = std::to_chars(std::begin(digits), std::end(digits), value);
    text.append(digits, end);
  }

  void quoted(std::string_view value) {
    text += '"';
    std::size_t copied = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto byte = static_cast<unsigned char>(value[i]);
      if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
      text.append(value, copied, i - copied);
      copied = i + 1;
      escape(byte);
    }
    text.append(value, copied);
    text += '"';
  }

  void escape(unsigned char byte) {
    constexpr char hex[] = "0123456789abcdef";
    if (byte == '"' || byte == '\\') {
      text += '\\';
      text += static_cast<char>(byte);
    } else if (byte == '\n') {
      text += "\\n";
    } else {
      text += "\\u00";
      text += hex[byte >> 4];
      text += hex[byte & 15];
    }
  }

  bool first_ = true;
};

void pack_error(packer& out, const error_details& error) {
  out.begin_member("error");
  out.begin('{');
  out.member("category", to_string(error.category));
  out.member("kind", to_string(error.kind));
  out.member("message", error.message);
  if (!error.source.empty()) out.member("source", error.source);
  if (!error.retryable) out.member("retryable", false);
  out.end('}');
}

void pack_parent(packer& out, const parent_link& parent) {
  out.begin_member("parent");
  out.begin('{');
  out.member("instance", parent.instance);
  out.member("execution", parent.execution);
  out.member("event", parent.event_id);
  out.end('}');
}

void pack_carried(packer& out, const std::vector<queued_message>& carried) {
  out.begin_member("carried");
  out.begin('[');
  for (const auto& each : carried) {
    out.separate();
    out.begin('{');
    out.member("queue", each.queue);
    out.member("data", each.data);
    out.end('}');
  }
  out.end(']');
}

void pack_kv(packer& out, const std::vector<kv_entry>& kv) {
  out.begin_member("kv");
  out.begin('[');
  for (const auto& each : kv) {
    out.separate();
    out.begin('{');
    out.member("key", each.key);
    out.member("value", each.value);
    out.member("updated_at", each.updated_at);
    out.end('}');
  }
  out.end(']');
}

// Kinds for which an empty `data` is a payload and not an unused member.
bool always_has_data(event_kind kind) {
  return kind == event_kind::external_raised || kind == event_kind::queue_message ||
         kind == event_kind::kv_set;
}

void pack_event(packer& out, const history_event& event) {
  out.separate();
  out.begin('{');
  out.member("kind", to_string(event.kind));
  if (event.source != 0) out.member("source", event.source);
  if (!event.name.empty()) out.member("name", event.name);
  if (!event.data.empty() || always_has_data(event.kind)) out.member("data", event.data);
  out.member("text", event.text);
  out.member("version", event.version);
  out.member("instance", event.instance);
  out.member("tag", event.tag);
  out.member("session", event.session);
  if (event.attempt > 1) out.member("attempt", std::uint64_t{event.attempt});
  if (event.retry_of != 0) out.member("retry_of", event.retry_of);
  out.member("due", event.due);
  if (event.error) pack_error(out, *event.error);
  if (event.parent) pack_parent(out, *event.parent);
  if (!event.carried.empty()) pack_carried(out, event.carried);
  if (!event.kv.empty()) pack_kv(out, event.kv);
  out.end('}');
}

// -- unpacking ----------------------------------------------------------------

std::string read_payload(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  auto bytes = from_base64(value.as_object().at("base64").as_string());
  if (!bytes) throw std::invalid_argument("malformed base64");
  return *std::move(bytes);
}

std::optional<std::string> read_optional(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (!value) return std::nullopt;
  return read_payload(*value);
}

std::uint64_t read_number(const json::object& from, std::string_view key) {
  return from.at(key).to_number<std::uint64_t>();
}

std::uint32_t read_attempt(const json::value& value) {
  const auto attempt = value.to_number<std::uint32_t>();
  if (attempt == 0) throw std::invalid_argument("its 'attempt' is 0; attempts are counted from 1");
  return attempt;
}

timestamp read_time(const json::value& value) { return timestamp(duration(value.as_int64())); }

error_details read_error(const json::object& from) {
  const json::value* retryable = from.if_contains("retryable");
  return {error_category_from(from.at("category").as_string()), error_kind_from(from.at("kind").as_string()),
          read_payload(from.at("message")), read_optional(from, "source").value_or(std::string()),
          !retryable || retryable->as_bool()};
}

void read_event(const json::object& from, history_event& event) {
  event.kind = event_kind_from(from.at("kind").as_string());
  if (from.contains("source")) event.source = read_number(from, "source");
  event.name = read_optional(from, "name").value_or(std::string());
  event.data = read_optional(from, "data").value_or(std::string());
  event.text = read_optional(from, "text");
  event.version = read_optional(from, "version");
  event.instance = read_optional(from, "instance");
  event.tag = read_optional(from, "tag");
  event.session = read_optional(from, "session");
  if (from.contains("attempt")) event.attempt = read_attempt(from.at("attempt"));
  if (from.contains("retry_of")) event.retry_of = read_number(from, "retry_of");
  if (const auto* due = from.if_contains("due")) event.due = read_time(*due);
  if (const auto* error = from.if_contains("error")) event.error = read_error(error->as_object());
  if (const auto* parent = from.if_contains("parent")) {
    const auto& link = parent->as_object();
    event.parent = parent_link{read_payload(link.at("instance")), read_number(link, "execution"),
                               read_number(link, "event")};
  }
  if (const auto* carried = from.if_contains("carried"))
    for (const auto& each : carried->as_array())
      event.carried.push_back(
          {read_payload(each.as_object().at("queue")), read_payload(each.as_object().at("data"))});
  if (const auto* kv = from.if_contains("kv"))
    for (const auto& each : kv->as_array())
      event.kv.push_back({read_payload(each.as_object().at("key")),
                          read_payload(each.as_object().at("value")),
                          read_time(each.as_object().at("updated_at"))});
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
    const timestamp at = read_time(turn.at("at"));
    for (const auto& each : turn.at("events").as_array()) {
      history_event& event = events.emplace_back();
      read_event(each.as_object(), event);
      event.id = id++;
      event.recorded_at = at;
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

const char* missing_member(const history_event& event) {
  const auto unless = [](bool there, const char* member) { return there ? nullptr : member; };
  switch (event.kind) {
  case event_kind::sub_orchestration_scheduled:
  case event_kind::orchestration_detached:
    if (!event.instance) return "instance";
    [[fallthrough]];
  case event_kind::orchestration_started:
  case event_kind::activity_scheduled:
  case event_kind::external_subscribed:
  case event_kind::external_raised:
  case event_kind::kv_set:
  case event_kind::kv_cleared:
  case event_kind::queue_subscribed:
  case event_kind::queue_message: return unless(!event.name.empty(), "name");
  case event_kind::activity_failed:
  case event_kind::sub_orchestration_failed:
    if (!event.error) return "error";
    [[fallthrough]];
  case event_kind::activity_completed:
  case event_kind::sub_orchestration_completed:
  case event_kind::timer_fired:
  case event_kind::operation_dropped: return unless(event.source != 0, "source");
  case event_kind::timer_created:
  case event_kind::utc_now_recorded: return unless(event.due.has_value(), "due");
  case event_kind::guid_recorded: return unless(!event.data.empty(), "data");
  case event_kind::random_recorded:
    return unless(!event.data.empty() && event.data.find_first_not_of("0123456789") == event.data.npos,
                  "number in its data");
  case event_kind::orchestration_failed: return unless(event.error.has_value(), "error");
  default: return nullptr;
  }
}

std::string pack_events(std::string_view build, timestamp at, std::span<const history_event> events) {
  packer out;
  out.text.reserve(64 + events.size() * 96);
  out.begin('{');
  out.member("build", build);
  out.member("at", at);
  out.begin_member("events");
  out.begin('[');
  for (const auto& event : events) pack_event(out, event);
  out.end(']');
  out.end('}');
  return std::move(out.text);
}

result<std::vector<history_event>, std::string> unpack_events(std::uint64_t first_event_id,
                                                              std::string_view packed) {
  std::vector<history_event> events;
  if (auto unreadable = unpack_onto(events, first_event_id, packed)) return *std::move(unreadable);
  return events;
}

result<std::vector<history_event>, std::string> unpack_history(const std::string& instance,
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
