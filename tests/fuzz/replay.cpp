// The replay engine: turns that messages make, the histories that they leave, and what becomes of such a
// history if it was damaged. A byte of the input is a choice.
#include "runtime/execution.hpp"
#include "runtime/history_codec.hpp"
#include "runtime/replay_verification.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/orchestrations.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::fuzz {

namespace {

using namespace internal;

// The bytes of the input, one after the other, and then zeros.
class choices {
public:
  explicit choices(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  // Below `count`.
  std::size_t one_of(std::size_t count) {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte % count;
  }
  bool yes() { return one_of(2) == 1; }

private:
  std::string_view bytes_;
};

std::string some_text(choices& from) {
  constexpr std::array<const char*, 11> texts{
      "1",           "\"a\"", "null", "", "step", "note", "orders", "part", "99999999999999999999",
      "{\"x\":[1]}", "\xff"};
  return texts[from.one_of(texts.size())];
}

error_details some_error(choices& from) {
  constexpr std::array<error_category, 3> categories{error_category::application,
                                                     error_category::configuration, error_category::poison};
  return {categories[from.one_of(categories.size())], error_kind::activity_failed, some_text(from), "step",
          from.yes()};
}

// -- live ---------------------------------------------------------------------

message some_message(choices& from, std::uint64_t last_event_id) {
  message made;
  made.kind = static_cast<message_kind>(from.one_of(7));
  made.source = from.one_of(static_cast<std::size_t>(last_event_id) + 2);
  const bool answers = made.kind == message_kind::activity_done || made.kind == message_kind::child_done ||
                       made.kind == message_kind::timer_due;
  made.execution = answers ? 1 : 0;
  if (made.kind == message_kind::event_raised) made.name = "note";
  if (made.kind == message_kind::enqueued) made.name = "orders";
  made.data = some_text(from);
  if (made.kind == message_kind::child_done || made.kind == message_kind::activity_done)
    if (from.one_of(4) == 3) made.error = some_error(from);
  return made;
}

std::unique_ptr<execution> make(const orchestration_handler& code, bool verify) {
  return std::make_unique<execution>(execution_identity{"i", 1, "it", "1.0.0"}, code,
                                     execution_options{"build", verify});
}

// A history as it comes back from a store, a row for each turn; none if the store would not give it.
std::optional<std::vector<history_event>> stored(const std::vector<history_event>& history) {
  const auto other_turn = [](const history_event& left, const history_event& right) {
    return left.recorded_at != right.recorded_at;
  };
  std::vector<history_row> rows;
  for (auto begin = history.begin(); begin != history.end();) {
    auto end = std::adjacent_find(begin, history.end(), other_turn);
    if (end != history.end()) ++end;
    history_row row;
    row.execution = 1;
    row.first_event_id = begin->id;
    row.packed = pack_events(begin->build, begin->recorded_at, {begin, end});
    rows.push_back(std::move(row));
    begin = end;
  }
  auto read = unpack_history("i", rows);
  if (!read) return std::nullopt;
  return *std::move(read);
}

turn run(execution& running, backlog& waiting, choices& from, std::uint64_t& clock) {
  const std::size_t before = waiting.size();
  std::vector<message> arrived;
  for (std::size_t count = from.one_of(4); count > 0; --count) {
    arrived.push_back(some_message(from, running.last_event_id()));
    arrived.back().id = ++clock;
  }
  const auto now = timestamp(duration(static_cast<std::int64_t>(++clock)));
  turn made = running.run(arrived, waiting, {now, [&clock] { return 0x9e3779b97f4a7c15ULL * ++clock; }});
  law(made.consumed.size() + made.discarded.size() + made.unconsumed.size() + waiting.size() ==
          arrived.size() + before,
      "every message is consumed, discarded or left over");
  law(made.ends.has_value() == running.ended(), "a turn that ends is the last");
  return made;
}

void append(std::vector<history_event>& history, const turn& made) {
  for (const history_event& each : made.events) {
    law(each.id == history.size() + 1, "event ids are 1..n without gaps");
    history.push_back(each);
  }
}

// The history of an execution that was given some messages.
std::vector<history_event> live_history(const orchestration_handler& code, choices& from) {
  history_event started;
  started.name = "it";
  started.data = std::to_string(from.one_of(16));
  const auto live = make(code, from.yes());
  live->begin(started);
  std::vector<history_event> history;
  std::uint64_t clock = 0;
  backlog waiting;
  for (std::size_t turns = 1 + from.one_of(8); turns > 0 && !live->ended(); --turns) {
    append(history, run(*live, waiting, from, clock));
    law(!live->mismatch(), "what code that is deterministic does live is no mismatch");
    if (turns > 1 && from.yes()) continue;
    const auto read = stored(history);
    law(read == history, "a history is read back as it was written");
    if (live->ended() || history.size() == 1) continue;
    const auto cold = make(code, false);
    cold->replay(*read);
    law(!cold->mismatch(), "a history replays");
    law(cold->state_for_comparison() == live->state_for_comparison(), "replay leads to the same state");
  }
  return history;
}

// -- damage -------------------------------------------------------------------

void damage_event(history_event& event, std::size_t count, choices& from) {
  switch (from.one_of(9)) {
  case 0: event.kind = static_cast<event_kind>(from.one_of(27)); break;
  case 1: event.source = from.one_of(count + 2); break;
  case 2: event.name = some_text(from); break;
  case 3: event.data = some_text(from); break;
  case 4: event.text = some_text(from); break;
  case 5: event.instance = some_text(from); break;
  case 6: event.error = some_error(from); break;
  case 7: event.due = timestamp(from.yes() ? duration::max() : duration::min()); break;
  default: event.attempt = static_cast<std::uint32_t>(from.one_of(256)); break;
  }
}

// Event 1 stays what it is. REQUIRES: there are others.
void damage(std::vector<history_event>& history, choices& from) {
  const auto some_event = [&] {
    return history.begin() + static_cast<std::ptrdiff_t>(1 + from.one_of(history.size() - 1));
  };
  switch (from.one_of(5)) {
  case 0: history.erase(some_event()); break;
  case 1: {
    history_event twice = *some_event();
    history.insert(some_event(), std::move(twice));
    break;
  }
  case 2: std::iter_swap(some_event(), some_event()); break;
  default: damage_event(*some_event(), history.size(), from); break;
  }
  for (std::size_t i = 0; i < history.size(); ++i) history[i].id = i + 1;
}

void replay_damaged(const orchestration_handler& code, std::vector<history_event> history, choices& from) {
  while (!from.empty() && history.size() > 1) damage(history, from);
  const auto read = stored(history);
  if (!read) return;
  const bool has_ended =
      std::ranges::any_of(*read, [](const auto& each) { return is_terminal_event(each.kind); });
  if (has_ended && is_terminal_event(read->back().kind) && read->size() > 1) {
    execution_state again({"i", 1, "it", "1.0.0"}, code, {"build"});
    replay_to_the_end(again, *read);
    return;
  }
  const auto damaged = make(code, false);
  damaged->replay(*read);
  law(damaged->last_event_id() == read->size(), "what comes next goes behind what is there");
  std::uint64_t clock = 0;
  choices nothing("");
  backlog waiting;
  append(history, run(*damaged, waiting, nothing, clock));
  if (damaged->mismatch()) law(damaged->ended(), "a mismatch ends the execution");
}

}  // namespace

void take(std::string_view input) {
  choices from(input);
  const auto all = all_orchestrations();
  const orchestration_handler& code = all[from.one_of(all.size())];
  auto history = live_history(code, from);
  replay_damaged(code, std::move(history), from);
}

}  // namespace duroxide::fuzz
