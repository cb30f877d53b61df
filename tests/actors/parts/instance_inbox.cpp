// Where the messages of an instance are: in memory, taken by its turn, or in the store only.
#include "actors/instance/instance_inbox.hpp"

#include "actors/store/batch_room.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace laws_of_the_instance_inbox {

using namespace duroxide;
using namespace duroxide::internal;
using reception = instance_inbox::reception;

namespace {

message event(std::uint64_t id, std::string data = {}, std::uint64_t life = 0) {
  message made;
  made.id = id;
  made.kind = message_kind::event_raised;
  made.instance = "a";
  made.name = "go";
  made.data = std::move(data);
  made.life = life;
  return made;
}

message of_kind(message_kind kind, std::uint64_t id, std::string name = {}) {
  message made = event(id);
  made.kind = kind;
  made.name = std::move(name);
  return made;
}

std::string ids(const auto& messages) {
  std::string text;
  for (const message& each : messages) text += (text.empty() ? "" : " ") + std::to_string(each.id);
  return text;
}

const std::string half_of_what_memory_holds(unread_inbox::most_bytes / 2, 'x');

// An inbox of an instance of life 5 whose history is open.
struct opened {
  opened() {
    owner.id = "a";
    owner.life = 5;
    inbox.open_queues();
  }
  instance_record owner;
  instance_inbox inbox{owner};
};

}  // namespace

LAW("a message is taken once, whether it comes with the load or as a new one first") {
  opened a;
  CHECK(a.inbox.receive(event(2)) == reception::kept);
  CHECK(a.inbox.receive_loaded({event(1), event(2)}, {}).empty());
  CHECK(ids(a.inbox.arrived()) == "1 2");
  CHECK(a.inbox.receive(event(1)) == reception::known);
  CHECK(a.inbox.receive(event(3)) == reception::kept);
  CHECK(ids(a.inbox.take_all()) == "1 2 3");
}

LAW("what is due later and before the horizon goes to the dispatcher, the rest stays in the store") {
  opened a;
  message soon = of_kind(message_kind::timer_due, 1);
  soon.visible_at = wall_clock_now() + std::chrono::hours(1);
  message late = of_kind(message_kind::timer_due, 2);
  late.visible_at = soon.visible_at + std::chrono::hours(1);
  CHECK(ids(a.inbox.receive_loaded({soon, late, event(3)}, soon.visible_at)) == "1");
  CHECK(ids(a.inbox.arrived()) == "3");
}

LAW("beyond what a turn takes, messages with rows are left to the store, and pages bring them in order") {
  opened a;
  CHECK(a.inbox.receive(event(1, half_of_what_memory_holds)) == reception::kept);
  CHECK(a.inbox.receive(event(2, half_of_what_memory_holds)) == reception::kept);
  CHECK(a.inbox.receive(event(3)) == reception::left);
  CHECK(a.inbox.receive(event(0)) == reception::kept);  // has no row
  CHECK(ids(a.inbox.take_for_turn().messages) == "1");
  CHECK_FALSE(a.inbox.may_read_page());
  CHECK(ids(a.inbox.take_for_turn().messages) == "2 0");
  CHECK(a.inbox.receive(event(4)) == reception::left);  // behind one that is in the store only
  CHECK(a.inbox.may_read_page());
  a.inbox.unread().ask();
  CHECK(a.inbox.receive(event(5)) == reception::left);
  CHECK(ids(a.inbox.unread().answered(false)) == "5");
  (void)a.inbox.receive_loaded({event(3), event(4)}, {});
  CHECK(ids(a.inbox.arrived()) == "3 4");
}

LAW("messages of queues wait in their queues, once the history is open") {
  opened a;
  CHECK(a.inbox.receive(event(1, half_of_what_memory_holds + half_of_what_memory_holds)) == reception::kept);
  CHECK(a.inbox.receive(of_kind(message_kind::enqueued, 2, "q")) == reception::left);
  CHECK(a.inbox.unread().is_whole());
  CHECK(a.inbox.queues().lacks("q"));
}

LAW("what is for an earlier life is dropped, and what is for a later one shows that this one is over") {
  opened a;
  a.inbox.receive(event(1, {}, 4));
  a.inbox.receive(event(2, {}, 5));
  CHECK_FALSE(a.inbox.drop_foreign());
  CHECK(ids(a.inbox.arrived()) == "2");
  a.inbox.receive(event(3, {}, 6));
  CHECK(a.inbox.drop_foreign());
  CHECK(ids(a.inbox.take_all()) == "2 3");
}

LAW("only its own parent may cancel a child; another one's cancellation is discarded with the next turn") {
  opened a;
  a.owner.parent = parent_link{"parent", 1, 2};
  a.inbox.receive(of_kind(message_kind::cancel, 1, "somebody"));
  a.inbox.receive(of_kind(message_kind::cancel, 2, "parent"));
  a.inbox.receive(of_kind(message_kind::cancel, 3));  // by a client
  (void)a.inbox.drop_foreign();
  CHECK(ids(a.inbox.arrived()) == "2 3");
  CHECK(a.inbox.take_stale() == std::vector<std::uint64_t>{1});
  CHECK(a.inbox.take_stale().empty());
}

LAW("in a tree a cancellation is taken before all else") {
  opened a;
  a.owner.parent = parent_link{"parent", 1, 2};
  a.inbox.receive(event(1));
  a.inbox.receive(event(2));
  a.inbox.receive(of_kind(message_kind::cancel, 3));
  CHECK(ids(a.inbox.take_for_turn().messages) == "3 1 2");
}

LAW("what a turn had no room for comes before what has arrived since") {
  opened a;
  for (std::uint64_t id = 1; id <= 3; ++id) a.inbox.receive(event(id));
  CHECK(ids(a.inbox.take_for_turn().messages) == "1 2 3");
  a.inbox.receive(event(4));
  a.inbox.put_back({event(2, "12"), event(3)});
  CHECK(a.inbox.bytes() == 2);
  CHECK(ids(a.inbox.take_for_turn().messages) == "2 3 4");
  CHECK(a.inbox.bytes() == 0);
}

LAW("a turn takes no more messages than a batch has room for") {
  opened a;
  std::vector<message> rows;
  for (std::uint64_t id = 1; id <= batch_room::most_things + 2; ++id) rows.push_back(event(id));
  (void)a.inbox.receive_loaded(rows, {});
  CHECK(a.inbox.take_for_turn().messages.size() == batch_room::most_things);
  CHECK(ids(a.inbox.take_for_turn().messages) == "1001 1002");
}

LAW("before its start has come, only a cancellation makes a turn, and that takes all") {
  opened a;
  a.inbox.set_first_turn(instance_inbox::first_turn::for_later);
  a.inbox.receive(event(1));
  CHECK(a.inbox.awaits_start());
  SECTION("cancelled") {
    a.inbox.receive(of_kind(message_kind::cancel, 2));
    const auto taken = a.inbox.take_for_turn();
    CHECK(taken.is_before_start);
    CHECK(ids(taken.messages) == "1 2");
  }
  SECTION("started") {
    a.inbox.receive(of_kind(message_kind::start, 2));
    CHECK_FALSE(a.inbox.take_for_turn().is_before_start);
  }
  CHECK_FALSE(a.inbox.awaits_start());
}

LAW("an execution after continue-as-new gets its start, what the turn left, and what has arrived") {
  opened a;
  a.inbox.receive(event(7));
  a.inbox.receive(of_kind(message_kind::start, 5));  // came with a page
  a.inbox.begin_execution(of_kind(message_kind::start, 5), {event(6)});
  CHECK(ids(a.inbox.arrived()) == "5 6 7");
}

}  // namespace laws_of_the_instance_inbox
