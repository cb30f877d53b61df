// In which order workers take what is queued.
#include "actors/activity/work_queue.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_the_work_queue {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

work work_of(std::uint64_t life, std::uint64_t event, std::int64_t due = 0) {
  work item;
  item.key = {"i" + std::to_string(life), 1, event, life};
  item.due = timestamp(duration(due));
  return item;
}

// "1.2": life and event of what is taken next; "-" if nothing is.
std::string taken(work_queue& from) {
  const auto item = from.try_pop();
  return item ? std::to_string(item->key.life) + "." + std::to_string(item->key.event_id) : "-";
}

std::string taken(work_queue& from, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i == 0 ? "" : " ") + taken(from);
  return text;
}

}  // namespace

LAW("what is due first goes first, then the instance that began first, of one the oldest first") {
  work_queue queue;
  for (const auto& [life, event, due] : {std::tuple{3, 1, 5}, {2, 2, 5}, {2, 1, 5}, {4, 1, 1}})
    queue.push(work_of(static_cast<std::uint64_t>(life), static_cast<std::uint64_t>(event), due));
  std::string order;
  for (int i = 0; i < 4; ++i) {
    const auto item = queue.try_pop();
    order += std::to_string(item->key.life) + "." + std::to_string(item->key.event_id) + " ";
    queue.finished(item->key);
  }
  CHECK(order == "4.1 2.1 2.2 3.1 ");
  CHECK(taken(queue) == "-");
}

LAW("of one instance at most an eighth of the workers run while others wait, however many it has") {
  work_queue queue(16);
  for (std::uint64_t event = 1; event <= 1000; ++event) queue.push(work_of(1, event, 0));
  queue.push(work_of(2, 1, 90));
  queue.push(work_of(3, 1, 80));
  CHECK(taken(queue, 4) == "1.1 1.2 3.1 2.1");
  // Nobody else waits, so that no worker stands still.
  CHECK(taken(queue, 3) == "1.3 1.4 1.5");
  queue.push(work_of(4, 1, 100));
  CHECK(taken(queue) == "4.1");
  for (std::uint64_t event = 1; event <= 5; ++event) queue.finished({"i1", 1, event, 1});
  queue.push(work_of(5, 1, 110));
  CHECK(taken(queue, 3) == "1.6 1.7 5.1");
}

LAW("what is taken back is what would be run last, if it may go") {
  work_queue queue;
  for (std::uint64_t life = 1; life <= 3; ++life)
    for (std::uint64_t event = 1; event <= 3; ++event) queue.push(work_of(life, event));
  std::string text;
  const auto may_go = [](const work& each) { return each.key.event_id != 2; };
  for (const activity_key& key : queue.take_back(5, may_go))
    text += std::to_string(key.life) + "." + std::to_string(key.event_id) + " ";
  CHECK(text == "3.3 3.1 2.3 2.1 ");
  CHECK(queue.waiting() == 5);
  CHECK(queue.find({"i3", 1, 3, 3}) == work_queue::presence::none);
  CHECK(taken(queue, 6) == "1.1 2.2 3.2 1.2 1.3 -");
}

LAW("what is cancelled while it is queued is never taken, and what runs is asked to stop") {
  work_queue queue;
  queue.push(work_of(1, 1));
  queue.push(work_of(1, 2));
  queue.push(work_of(2, 1));
  CHECK_FALSE(queue.cancel({"i1", 1, 2, 1}));
  CHECK(queue.waiting() == 2);
  CHECK(taken(queue) == "1.1");
  CHECK(queue.cancel({"i1", 1, 1, 1}));
  CHECK(queue.find({"i1", 1, 1, 1}) == work_queue::presence::cancelled);
  CHECK(taken(queue, 2) == "2.1 -");
}

LAW("the same event of two lives of an id is two activities") {
  work_queue queue;
  work earlier = work_of(1, 1);
  work later = work_of(2, 1);
  earlier.key.instance = later.key.instance = "a";
  queue.push(earlier);
  queue.push(later);
  CHECK(taken(queue, 2) == "1.1 2.1");
  CHECK(queue.cancel(earlier.key));
  CHECK(queue.find(later.key) == work_queue::presence::present);
}

}  // namespace laws_of_the_work_queue
