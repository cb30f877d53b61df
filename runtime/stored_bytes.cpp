#include "runtime/stored_bytes.hpp"

#include "duroxide/utf8.hpp"
#include "runtime/operations/event_rules.hpp"
#include "runtime/row_bytes.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

// As an event id, with what an array of PostgreSQL has for each element.
constexpr std::size_t id_part = 64;

std::size_t size_of(const std::optional<std::string>& text) { return text ? text->size() : 0; }

std::size_t texts_of(const error_details& error) {
  return as_packed(error.message) + as_packed(error.source) +
         (error.type.empty() ? 0 : as_packed(error.type)) +
         (error.stack.empty() ? 0 : as_packed(error.stack));
}

std::size_t if_given(const std::optional<std::string>& bytes) { return bytes ? as_payload(*bytes) : 0; }

std::size_t bytes_of(const outgoing_start& start) {
  return stored_bytes(start.what) + (start.if_exists ? stored_bytes(start.if_exists->content) : 0);
}

std::size_t bytes_of(const stored_activity& activity) {
  return fixed_row_bytes + activity.name.size() + as_payload(activity.input) + size_of(activity.tag) +
         size_of(activity.session);
}

template <class Range> std::size_t sum_of(const Range& all, auto bytes) {
  std::size_t sum = 0;
  for (const auto& each : all) sum += bytes(each);
  return sum;
}

}  // namespace

std::size_t as_payload(std::string_view bytes) noexcept {
  const bool is_text =
      !bytes.starts_with("\\x") && bytes.find('\0') == std::string_view::npos && is_utf8(bytes);
  return is_text ? bytes.size() : 2 + 2 * bytes.size();
}

std::size_t as_packed(std::string_view bytes) noexcept {
  constexpr std::size_t around = 16;
  if (!is_utf8(bytes)) return around + (bytes.size() + 2) / 3 * 4;
  std::size_t escapes = 0;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    escapes += byte < 0x20 ? 5U : static_cast<unsigned>(byte == '"' || byte == '\\');
  }
  return around + bytes.size() + escapes;
}

std::size_t as_stored_error(const std::optional<error_details>& error) {
  if (!error) return 0;
  return fixed_row_bytes + 2 * texts_of(*error);
}

std::size_t stored_bytes(const message& content) {
  return fixed_row_bytes + content.instance.size() + content.name.size() + as_payload(content.data) +
         as_stored_error(content.error);
}

std::size_t stored_bytes(const queued_message& given_back) {
  return fixed_row_bytes + limits::id_bytes + given_back.queue.size() + as_payload(given_back.data);
}

std::size_t stored_bytes(const activity_progress& report) {
  return fixed_row_bytes + report.key.instance.size() + as_payload(report.details);
}

std::size_t stored_bytes(const instance_start& start) {
  return 2 * fixed_row_bytes + 2 * start.instance.size() + start.orchestration.size() + start.version.size() +
         as_payload(start.input) + (start.parent ? start.parent->instance.size() : 0) +
         sum_of(start.labels, [](const label& each) { return as_packed(each.name) + as_packed(each.value); });
}

std::size_t stored_bytes(const turn_commit& turn) {
  std::size_t bytes = fixed_row_bytes + turn.instance.size() +
                      id_part * (turn.finished_activities.size() + turn.cancelled_activities.size() +
                                 turn.cancelled_timers.size() + turn.consumed.size());
  if (turn.creates) bytes += stored_bytes(*turn.creates);
  if (turn.update.custom_status) bytes += if_given(*turn.update.custom_status);
  if (turn.ends) bytes += fixed_row_bytes + as_payload(turn.ends->output) + as_stored_error(turn.ends->error);
  if (turn.begins) bytes += 2 * fixed_row_bytes + as_payload(turn.begins->input);
  bytes += sum_of(turn.history, [](const history_row& row) { return fixed_row_bytes + row.packed.size(); });
  bytes += sum_of(turn.kv, [](const kv_change& each) {
    return fixed_row_bytes + each.key.size() + if_given(each.value);
  });
  bytes += sum_of(turn.labels, [](const label_change& each) {
    return fixed_row_bytes + as_packed(each.wanted.name) + as_packed(each.wanted.value);
  });
  bytes += sum_of(turn.messages, [](const auto& each) { return stored_bytes(each.content); });
  bytes += sum_of(turn.given_back, [](const auto& each) { return stored_bytes(each); });
  bytes += sum_of(turn.starts, [](const auto& each) { return bytes_of(each); });
  bytes += sum_of(turn.activities, [](const auto& each) { return bytes_of(each); });
  return bytes;
}

std::size_t stored_bytes(const history_event& event) {
  std::size_t packed = fixed_row_bytes + 2 * name_bytes(event) + as_packed(event.data) +
                       (event.text ? as_packed(*event.text) : 0) + (event.error ? texts_of(*event.error) : 0);
  packed += sum_of(event.carried, [](const queued_message& each) {
    return fixed_row_bytes + as_packed(each.queue) + as_packed(each.data);
  });
  packed += sum_of(event.kv, [](const kv_entry& each) {
    return fixed_row_bytes + as_packed(each.key) + as_packed(each.value);
  });
  // Twice: in the event, and with the instance that begins with them.
  packed += 2 * sum_of(event.labels, [](const label& each) {
              return fixed_row_bytes + as_packed(each.name) + as_packed(each.value);
            });
  const auto row_bytes = rules_of(event.kind).row_bytes;
  return packed + (row_bytes ? row_bytes(event) : fixed_row_bytes);
}

}  // namespace duroxide::internal
