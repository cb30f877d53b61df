// The writing half of the history codec.
#include "duroxide/utf8.hpp"
#include "runtime/base64.hpp"
#include "runtime/event_members.hpp"
#include "runtime/history_codec.hpp"

#include <charconv>

namespace duroxide::internal {

namespace {

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
  if (!error.type.empty()) out.member("type", error.type);
  if (!error.stack.empty()) out.member("stack", error.stack);
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

void pack_labels(packer& out, const std::vector<label>& labels) {
  out.begin_member("labels");
  out.begin('[');
  for (const auto& each : labels) {
    out.separate();
    out.begin('{');
    out.member("name", each.name);
    out.member("value", each.value);
    if (each.type != label_type::text) out.member("type", to_string(each.type));
    out.end('}');
  }
  out.end(']');
}

void pack_event(packer& out, const history_event& event) {
  out.separate();
  out.begin('{');
  out.member("kind", to_string(event.kind));
  if (event.source != 0) out.member("source", event.source);
  if (!event.name.empty()) out.member("name", event.name);
  if (!event.data.empty() || has_data_always(event.kind)) out.member("data", event.data);
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
  if (!event.labels.empty()) pack_labels(out, event.labels);
  out.end('}');
}

}  // namespace

std::string pack_events(std::string_view build, timestamp recorded_at,
                        std::span<const history_event> events) {
  packer out;
  out.text.reserve(64 + events.size() * 96);
  out.begin('{');
  out.member("build", build);
  out.member("at", recorded_at);
  out.begin_member("events");
  out.begin('[');
  for (const auto& event : events) pack_event(out, event);
  out.end(']');
  out.end('}');
  return std::move(out.text);
}

}  // namespace duroxide::internal
