// Which asynchronous activities run when more are there than may.
#include "actors/activity/asynchronous_line.hpp"

#include "duroxide/detail/ensure.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <string>

namespace laws_of_the_asynchronous_line {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

activity_key key(std::uint64_t life, std::uint64_t event) {
  return {"i" + std::to_string(life), 1, event, life};
}

stored_activity activity_of(std::uint64_t life, std::uint64_t event, std::int64_t due = 0) {
  stored_activity made;
  made.key = key(life, event);
  made.input = "12345";
  made.due = timestamp(duration(due));
  return made;
}

// "1.2": life and event of what has a place next; "-" if nothing has.
std::string next_of(asynchronous_line& line) {
  const auto next = line.next();
  if (!next) return "-";
  return std::to_string(next->activity.key.life) + "." + std::to_string(next->activity.key.event_id);
}

std::string next_of(asynchronous_line& line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i == 0 ? "" : " ") + next_of(line);
  return text;
}

struct counted_line {
  std::shared_ptr<metrics> counters = std::make_shared<metrics>();
  std::unique_ptr<asynchronous_line> line;

  explicit counted_line(std::size_t places) : line(std::make_unique<asynchronous_line>(places, counters)) {}
  asynchronous_line* operator->() { return line.get(); }
  asynchronous_line& operator*() { return *line; }
};

}  // namespace

LAW("as many run as there are places, and the next one when a place is given up") {
  counted_line line(2);
  CHECK(line->free_places() == 2);
  CHECK(line->enter(key(1, 1)));
  CHECK_THROWS_AS(line->enter(key(1, 1)), duroxide::detail::broken_invariant);
  CHECK(line->enter(key(2, 1)));
  CHECK_FALSE(line->enter(key(3, 1)));
  line->push(activity_of(3, 1), false);
  CHECK_THROWS_AS(line->push(activity_of(3, 1), false), duroxide::detail::broken_invariant);
  CHECK(line->free_places() == 0);
  CHECK(next_of(*line) == "-");
  CHECK_FALSE(line->leave(key(3, 1)));
  CHECK(line->leave(key(1, 1)));
  CHECK_FALSE(line->leave(key(1, 1)));
  CHECK(line->left() == 1);
  CHECK_FALSE(line->enter(key(4, 1)));  // others wait
  CHECK(next_of(*line, 2) == "3.1 -");
}

LAW("what is due first has a place first, and of one instance an eighth while others wait") {
  counted_line line(16);
  for (std::uint64_t event = 1; event <= 100; ++event) line->push(activity_of(1, event), false);
  line->push(activity_of(2, 1, 90), false);
  line->push(activity_of(3, 1, 80), false);
  CHECK(next_of(*line, 4) == "1.1 1.2 3.1 2.1");
  CHECK(next_of(*line, 3) == "1.3 1.4 1.5");  // nobody else waits, so that no place is free
  line->push(activity_of(4, 1, 100), false);
  CHECK(next_of(*line) == "4.1");
  for (std::uint64_t event = 1; event <= 5; ++event) CHECK(line->leave(key(1, event)));
  line->push(activity_of(5, 1, 110), false);
  CHECK(next_of(*line, 3) == "1.6 1.7 5.1");
}

LAW("what is forgotten has no place, and what is taken back is what would run last, if it may go") {
  counted_line line(1);
  for (std::uint64_t event = 1; event <= 5; ++event) line->push(activity_of(1, event), event == 4);
  line->forget(key(1, 1));
  line->forget(key(9, 1));
  const auto taken = line->take_back(2, [](const waiting_activity& each) { return !each.claimed; });
  CHECK(taken == std::vector{key(1, 5), key(1, 3)});
  CHECK(next_of(*line) == "1.2");
  CHECK(line->leave(key(1, 2)));
  CHECK(next_of(*line) == "1.4");
}

LAW("what was cancelled keeps its place until it leaves, and what begins anew is not cancelled") {
  counted_line line(1);
  CHECK(line->enter(key(1, 1)));
  line->note_cancelled(key(2, 1));
  CHECK_FALSE(line->is_stopping(key(2, 1)));
  line->note_cancelled(key(1, 1));
  CHECK(line->is_stopping(key(1, 1)));
  CHECK(line->free_places() == 0);
  CHECK(line->leave(key(1, 1)));
  CHECK(line->enter(key(1, 1)));
  CHECK_FALSE(line->is_stopping(key(1, 1)));
}

LAW("the gauges say what runs and waits, and a line that is gone leaves nothing of its own in them") {
  counted_line line(1);
  asynchronous_line other(1, line.counters);
  CHECK(other.enter(key(7, 1)));
  CHECK(line->enter(key(1, 1)));
  line->push(activity_of(2, 1), false);
  line->push(activity_of(3, 1), false);
  CHECK(line.counters->asynchronous.running == 2);
  CHECK(line.counters->asynchronous.waiting == 2);
  CHECK(line.counters->asynchronous.waiting_bytes == 10);
  CHECK(line->waiting_bytes() == 10);
  CHECK(line.counters->snapshot().queued_activities == 2);
  CHECK(line.counters->snapshot().running_asynchronous_activities == 2);
  line->drop_waiting();
  CHECK(line.counters->asynchronous.waiting == 0);
  CHECK(line.counters->asynchronous.waiting_bytes == 0);
  line.line.reset();
  CHECK(line.counters->asynchronous.running == 1);
}

}  // namespace laws_of_the_asynchronous_line
