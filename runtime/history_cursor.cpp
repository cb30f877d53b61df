#include "runtime/history_cursor.hpp"

#include "runtime/event_matching.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

std::size_t size_in_memory(const history_event& event) {
  constexpr std::size_t fixed_part = 64;  // of a packed event: kind, keys, punctuation
  return fixed_part + event.name.size() + event.data.size() + (event.text ? event.text->size() : 0);
}

bool is_note(event_kind kind) {
  return kind == event_kind::operation_dropped || kind == event_kind::orchestration_rewound;
}

}  // namespace

void history_extent::add(const history_event& event) {
  last_id = event.id;
  bytes += size_in_memory(event);
}

bool history_extent::is_long() const noexcept {
  return last_id >= limits::long_history_events || bytes >= limits::long_history_bytes;
}

void history_cursor::number(history_event& event) {
  event.id = extent_.last_id + 1;
  extent_.add(event);
}

void history_cursor::load(std::vector<history_event> recorded) {
  recorded_ = std::move(recorded);
  pass();
}

void history_cursor::go_to_end() {
  extent_.last_id = recorded_.back().id;
  disputed_drops_.shrink_to_fit();
}

const history_event* history_cursor::next() const noexcept {
  return position_ < recorded_.size() ? &recorded_[position_] : nullptr;
}

std::span<const history_event> history_cursor::ahead() const noexcept {
  return std::span(recorded_).subspan(position_);
}

void history_cursor::pass() { extent_.add(recorded_[position_++]); }

void history_cursor::pass_note() {
  if (next()->kind == event_kind::operation_dropped) note_drop(next()->source);
  pass();
}

void history_cursor::pass_notes() {
  while (next() && is_note(next()->kind)) pass_note();
}

std::uint64_t history_cursor::next_id() {
  if (replaying_) pass_notes();
  return extent_.last_id + 1;
}

const history_event* history_cursor::match(const history_event& asked, const code_location& where,
                                           detail::payload_rewriter rewrite) {
  pass_notes();
  const history_event* recorded = next();
  if (!recorded) {
    set_mismatch("the code asked for " + describe(asked) + " at " + describe(where) +
                 ", but the history ends before that, with " + describe_recorded(recorded_.back()));
    return nullptr;
  }
  if (!matches(*recorded, asked, rewrite)) {
    const std::string unreadable = why_unreadable(*recorded, asked, rewrite);
    set_mismatch("the history has " + describe_recorded(*recorded) + ", but the code asked for " +
                 describe(asked) + " at " + describe(where) +
                 (unreadable.empty() ? std::string() : ", and cannot read what is recorded: " + unreadable));
    return nullptr;
  }
  pass();
  return recorded;
}

void history_cursor::drop(std::uint64_t event_id) {
  note_drop(event_id);
  if (next() && next()->kind == event_kind::operation_dropped) pass_note();
}

// Of the code, or of the history: the second of the two agrees with the first.
void history_cursor::note_drop(std::uint64_t event_id) {
  const auto found = std::ranges::find(disputed_drops_, event_id);
  if (found != disputed_drops_.end())
    disputed_drops_.erase(found);
  else
    disputed_drops_.push_back(event_id);
}

std::optional<std::uint64_t> history_cursor::disputed_drop() const {
  if (disputed_drops_.empty()) return std::nullopt;
  return disputed_drops_.front();
}

void history_cursor::set_mismatch(std::string difference) {
  if (mismatch_) return;
  mismatch_ = error_details{error_category::configuration, error_kind::nondeterminism,
                            "nondeterministic: in execution " + std::to_string(identity_.execution) +
                                " of instance '" + identity_.instance + "' " + std::move(difference) +
                                "; run instances that are under way with the code that began them",
                            identity_.orchestration};
}

void history_cursor::keep(std::span<const history_event> appended) {
  recorded_.insert(recorded_.end(), appended.begin(), appended.end());
  position_ = recorded_.size();
}

void history_cursor::forget_recorded() {
  recorded_ = {};
  position_ = 0;
}

}  // namespace duroxide::internal
