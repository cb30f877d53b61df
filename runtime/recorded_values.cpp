// What the code writes and draws at once: status, key-value store, traces, time and randomness.
#include "runtime/execution.hpp"

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

void execution::set_custom_status(std::optional<std::string> status, std::source_location where) {
  history_event asked;
  asked.kind = event_kind::custom_status_updated;
  asked.text = std::move(status);
  const history_event* updated = record(std::move(asked), where);
  if (!updated) return;
  custom_status_ = updated->text;
  if (!replaying_) this_turn().custom_status = custom_status_;
}

timestamp execution::utc_now(std::source_location where) {
  history_event asked;
  asked.kind = event_kind::utc_now_recorded;
  if (inputs_) asked.due = inputs_->now;
  const history_event* recorded = record(std::move(asked), where);
  return recorded ? *recorded->due : timestamp{};
}

std::string execution::new_guid(std::source_location where) {
  history_event asked;
  asked.kind = event_kind::guid_recorded;
  if (inputs_) {
    std::uint64_t high = inputs_->random_bits();
    asked.data = guid_from(high, inputs_->random_bits());
  }
  const history_event* recorded = record(std::move(asked), where);
  return recorded ? recorded->data : std::string();
}

std::uint64_t execution::random(std::source_location where) {
  history_event asked;
  asked.kind = event_kind::random_recorded;
  if (inputs_) asked.data = std::to_string(inputs_->random_bits());
  const history_event* recorded = record(std::move(asked), where);
  return recorded ? std::stoull(recorded->data) : 0;
}

// -- the key-value store ------------------------------------------------------

void execution::set_kv(std::string key, std::string value, std::source_location where) {
  history_event asked;
  asked.kind = event_kind::kv_set;
  asked.name = std::move(key);
  asked.data = std::move(value);
  const history_event* set = record(std::move(asked), where);
  if (!set) return;
  kv_.insert_or_assign(set->name, detail::kv_value{set->data, set->recorded_at});
  if (!replaying_) this_turn().kv_changed.insert(set->name);
}

void execution::clear_kv(std::string key, std::source_location where) {
  history_event asked;
  asked.kind = event_kind::kv_cleared;
  asked.name = std::move(key);
  const history_event* cleared = record(std::move(asked), where);
  if (!cleared) return;
  kv_.erase(cleared->name);
  if (!replaying_) this_turn().kv_changed.insert(cleared->name);
}

void execution::clear_all_kv(std::source_location where) {
  history_event asked;
  asked.kind = event_kind::kv_all_cleared;
  if (!record(std::move(asked), where)) return;
  kv_.clear();
  if (replaying_) return;
  this_turn().kv_cleared = true;
  this_turn().kv_changed.clear();
}

void execution::trace(detail::trace_record what) {
  if (!replaying_ && !mismatch_) this_turn().traces.push_back(std::move(what));
}

}  // namespace duroxide::internal
