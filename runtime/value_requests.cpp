#include "runtime/value_requests.hpp"

#include "runtime/recorder.hpp"

namespace duroxide::internal {

namespace {

// RFC 4122, section 4.4.
std::string guid_from(std::uint64_t high, std::uint64_t low) {
  high = (high & ~0xf000ULL) | 0x4000ULL;
  low = (low & ~(0xc0ULL << 56)) | (0x80ULL << 56);
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
                static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text;
}

}  // namespace

void value_requests::set_custom_status(std::optional<std::string> status, code_location where) {
  history_event asked;
  asked.kind = event_kind::custom_status_updated;
  asked.text = std::move(status);
  const history_event* updated = record(state_, std::move(asked), where);
  if (!updated) return;
  state_.values.custom_status = updated->text;
  if (!is_replaying()) state_.turn.content().custom_status = updated->text;
}

timestamp value_requests::utc_now(code_location where) {
  history_event asked;
  asked.kind = event_kind::utc_now_recorded;
  if (const turn_inputs* inputs = state_.turn.inputs()) asked.due = inputs->now;
  const history_event* recorded = record(state_, std::move(asked), where);
  return recorded ? *recorded->due : timestamp{};
}

std::string value_requests::new_guid(code_location where) {
  history_event asked;
  asked.kind = event_kind::guid_recorded;
  if (const turn_inputs* inputs = state_.turn.inputs()) {
    std::uint64_t high = inputs->random_bits();
    asked.data = guid_from(high, inputs->random_bits());
  }
  const history_event* recorded = record(state_, std::move(asked), where);
  return recorded ? recorded->data : std::string();
}

std::uint64_t value_requests::random(code_location where) {
  history_event asked;
  asked.kind = event_kind::random_recorded;
  if (const turn_inputs* inputs = state_.turn.inputs()) asked.data = std::to_string(inputs->random_bits());
  const history_event* recorded = record(state_, std::move(asked), where);
  return recorded ? std::stoull(recorded->data) : 0;
}

// -- the key-value store ------------------------------------------------------

void value_requests::set_kv(std::string key, detail::payload value, code_location where) {
  history_event asked;
  asked.kind = event_kind::kv_set;
  asked.name = std::move(key);
  asked.data = std::move(value.text);
  const history_event* set = record(state_, std::move(asked), where, value.rewrite);
  if (!set) return;
  state_.values.kv.insert_or_assign(set->name, detail::kv_value{set->data, set->recorded_at});
  if (!is_replaying()) state_.turn.content().kv_changed.insert(set->name);
}

void value_requests::clear_kv(std::string key, code_location where) {
  history_event asked;
  asked.kind = event_kind::kv_cleared;
  asked.name = std::move(key);
  const history_event* cleared = record(state_, std::move(asked), where);
  if (!cleared) return;
  state_.values.kv.erase(cleared->name);
  if (!is_replaying()) state_.turn.content().kv_changed.insert(cleared->name);
}

void value_requests::clear_all_kv(code_location where) {
  history_event asked;
  asked.kind = event_kind::kv_all_cleared;
  if (!record(state_, std::move(asked), where)) return;
  state_.values.kv.clear();
  if (is_replaying()) return;
  state_.turn.content().kv_cleared = true;
  state_.turn.content().kv_changed.clear();
}

// -- labels -------------------------------------------------------------------

void value_requests::change_label(label_change what, code_location where) {
  if (limits::records_queues_on_arrival(state_.options.history_format))
    throw configuration_error(
        error_kind::invalid_argument,
        "instance '" + state_.identity.instance +
            "' was started by an old build, so that its history cannot have labels in it; it "
            "can set them once it has continued as new");
  history_event asked;
  asked.kind = what.is_removed ? event_kind::label_cleared : event_kind::label_set;
  asked.name = what.wanted.name;
  asked.data = what.wanted.value;
  if (!what.is_removed) asked.text = to_string(what.wanted.type);
  if (!record(state_, std::move(asked), where)) return;
  state_.values.apply(what);
  if (is_replaying()) return;
  turn& made = state_.turn.content();
  made.labels_changed.insert(std::move(what.wanted.name));
  made.records_labels = true;
}

void value_requests::trace(detail::trace_record entry) {
  if (!is_replaying() && !state_.history.mismatch()) state_.turn.content().traces.push_back(std::move(entry));
}

}  // namespace duroxide::internal
