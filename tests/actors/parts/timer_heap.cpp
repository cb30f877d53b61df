// The durable timers that a dispatcher holds.
#include "actors/shard/timer_heap.hpp"

#include "tests/support/catch.hpp"

#include <string>

namespace laws_of_the_timer_heap {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

message timer(std::uint64_t id, std::int64_t due) {
  message made;
  made.id = id;
  made.kind = message_kind::timer_due;
  made.visible_at = timestamp(duration(due));
  return made;
}

std::string due(timer_heap& timers, std::int64_t now) {
  std::string ids;
  for (const message& each : timers.take_due(timestamp(duration(now)))) ids += std::to_string(each.id) + " ";
  return ids;
}

}  // namespace

LAW("timers are due in the order of their times, each once, though it is added twice") {
  timer_heap timers;
  timers.add(timer(1, 30));
  timers.add(timer(2, 10));
  timers.add(timer(1, 30));
  CHECK(timers.next() == timestamp(duration(10)));
  CHECK(due(timers, 9).empty());
  CHECK(due(timers, 30) == "2 1 ");
  CHECK_FALSE(timers.next());
}

LAW("a cancelled timer is not due, and a cancellation of an unknown one does nothing") {
  timer_heap timers;
  timers.add(timer(1, 10));
  timers.add(timer(2, 20));
  timers.cancel(1);
  timers.cancel(1);
  timers.cancel(9);
  CHECK(timers.size() == 1);
  CHECK(due(timers, 100) == "2 ");
}

}  // namespace laws_of_the_timer_heap
