// For what clients wait, and what they are told.
#include "actors/shard/waiter_list.hpp"

#include "tests/support/catch.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace laws_of_the_waiter_list {

using namespace duroxide;
using namespace duroxide::internal;
using namespace std::chrono_literals;

namespace {

instance_status at_status(runtime_status status, std::uint64_t life,
                          std::uint64_t custom_status_version = 0) {
  instance_status made;
  made.status = status;
  made.life = life;
  made.custom_status_version = custom_status_version;
  return made;
}

// What the waiters of the list have been told, each in a place of its own.
struct waiters {
  waiter_list list;
  std::vector<std::unique_ptr<std::string>> told;

  waiter_list::number add(wait_request what, std::uint64_t after_life = 0) {
    std::string* answer = told.emplace_back(std::make_unique<std::string>("-")).get();
    return list.add(
        std::move(what),
        [answer](const result<instance_status, error_details>& outcome) {
          CHECK(*answer == "-");  // nobody is told twice
          *answer = outcome ? std::string(to_string(outcome->status))
                            : std::string(to_string(outcome.error().kind));
        },
        after_life);
  }
  const std::string& answer_to(std::size_t waiter) const { return *told.at(waiter); }
};

wait_request end_of(const std::string& instance, duration timeout = 1h) {
  wait_request what;
  what.instance = instance;
  what.timeout = timeout;
  return what;
}

wait_request start_and_end_of(const std::string& instance, duration timeout = 1h) {
  wait_request what = end_of(instance, timeout);
  what.if_absent = absent_instance::wait;
  return what;
}

instance_status absent() { return at_status(runtime_status::not_found, 0); }

}  // namespace

LAW("a wait ends with its own instance only") {
  waiters all;
  all.add(end_of("a"));
  all.add(end_of("b"));
  all.list.notify("a", at_status(runtime_status::running, 1), {});
  CHECK(all.answer_to(0) == "-");
  all.list.notify("a", at_status(runtime_status::completed, 1), {});
  CHECK(all.answer_to(0) == "completed");
  CHECK(all.answer_to(1) == "-");
}

LAW("a wait for a custom status ends with one of a later version, or with the instance") {
  waiters all;
  wait_request what = end_of("a");
  what.after_custom_status = 3;
  all.add(what);
  all.add(what);
  const auto second = all.list.waiting_for("a").back();
  all.list.notify("a", at_status(runtime_status::running, 1, 3), {});
  CHECK(all.answer_to(0) == "-");
  all.list.look_found(second, at_status(runtime_status::failed, 1, 3), false);
  CHECK(all.answer_to(1) == "failed");
  all.list.notify("a", at_status(runtime_status::running, 1, 4), {});
  CHECK(all.answer_to(0) == "running");
}

LAW("a wait for a key ends when the key is set, not when it is cleared or another one is") {
  waiters all;
  wait_request what = end_of("a");
  what.kv_key = "k";
  all.add(what);
  all.list.notify("a", at_status(runtime_status::running, 1), {{"j", "1", {}}, {"k", std::nullopt, {}}});
  CHECK(all.answer_to(0) == "-");
  all.list.notify("a", at_status(runtime_status::running, 1), {{"k", "1", {}}});
  CHECK(all.answer_to(0) == "running");
}

LAW("a wait is for one life: the next one of the same id ends it as deleted") {
  waiters all;
  const auto waiter = all.add(end_of("a"));
  all.list.look_found(waiter, at_status(runtime_status::running, 1), false);
  all.list.notify("a", at_status(runtime_status::completed, 2), {});
  CHECK(all.answer_to(0) == "instance_not_found");
}

LAW("what an earlier life says is not for those who wait for a later one") {
  waiters all;
  const auto waiter = all.add(end_of("a"));
  all.list.look_found(waiter, at_status(runtime_status::running, 2), false);
  all.list.notify("a", at_status(runtime_status::completed, 1), {});
  CHECK(all.answer_to(0) == "-");
}

LAW("whoever waits without having looked may have meant the life that was in memory") {
  waiters all;
  const auto first = all.add(end_of("a"));
  const auto after = all.add(end_of("a"), 1);  // came after life 1 had ended
  all.list.left_memory("a", 1);
  instance_status next = at_status(runtime_status::running, 2);
  next.created_at = timestamp::max();
  all.list.look_found(first, next, false);
  all.list.look_found(after, next, false);
  CHECK(all.answer_to(0) == "instance_not_found");
  CHECK(all.answer_to(1) == "-");
}

LAW("who waits in the millisecond in which an instance was replaced means the new one, if the old one had "
    "ended") {
  for (const bool had_ended : {true, false}) {
    waiters all;
    const timestamp before = wall_clock_now();
    const auto waiter = all.add(end_of("a"));
    const timestamp after = wall_clock_now();
    all.list.left_memory("a", 1, had_ended);
    instance_status next = at_status(runtime_status::running, 2);
    next.created_at = had_ended ? before : after;  // nearly always the same
    all.list.look_found(waiter, next, false);
    CHECK(all.answer_to(0) == (had_ended ? "-" : "instance_not_found"));
  }
}

LAW("a wait for what does not exist fails at once") {
  waiters all;
  all.list.look_found(all.add(end_of("a")), at_status(runtime_status::not_found, 0), false);
  CHECK(all.answer_to(0) == "instance_not_found");
}

LAW("a wait for a start goes on while nothing is found, and is then for the life that a look finds") {
  waiters all;
  const auto waiter = all.add(start_and_end_of("a"));
  all.list.look_found(waiter, absent(), false);
  CHECK(all.answer_to(0) == "-");
  CHECK(all.list.waiting_for_start_of("a") == std::vector<waiter_list::number>{waiter});
  all.list.look_found(waiter, at_status(runtime_status::running, 7), false);
  CHECK(all.list.waiting_for_start_of("a").empty());
  CHECK(all.list.request_of(waiter).life == 7);
  all.list.look_found(waiter, absent(), false);
  CHECK(all.answer_to(0) == "instance_not_found");
}

LAW("a wait for a start ends with what a look finds, if that is the end, or the key") {
  waiters all;
  all.list.look_found(all.add(start_and_end_of("a")), at_status(runtime_status::completed, 1), false);
  CHECK(all.answer_to(0) == "completed");
  wait_request what = start_and_end_of("a");
  what.kv_key = "k";
  all.list.look_found(all.add(what), at_status(runtime_status::running, 1), true);
  CHECK(all.answer_to(1) == "running");
}

LAW("who waits for a start does not go by an instance in memory, which may be one that was deleted before") {
  waiters all;
  const auto waiter = all.add(start_and_end_of("a"));
  all.list.notify("a", at_status(runtime_status::completed, 1), {});
  all.list.left_memory("a", 1);
  all.list.look_found(waiter, absent(), false);
  CHECK(all.answer_to(0) == "-");
  all.list.look_found(waiter, at_status(runtime_status::running, 2), false);
  all.list.notify("a", at_status(runtime_status::failed, 2), {});
  CHECK(all.answer_to(0) == "failed");
}

LAW("waits for a start are listed apart from the others") {
  waiters all;
  const auto waits_for_end = all.add(end_of("a"));
  const auto waits_for_both = all.add(start_and_end_of("a"));
  REQUIRE(all.list.for_start().size() == 1);
  REQUIRE(all.list.all_others().size() == 1);
  CHECK(all.list.for_start().front().first == waits_for_both);
  CHECK(all.list.all_others().front().first == waits_for_end);
  all.list.look_found(waits_for_both, at_status(runtime_status::running, 3), false);
  CHECK(all.list.for_start().empty());
  REQUIRE(all.list.all_others().size() == 2);
  CHECK(all.list.all_others().back().second.life == 3);
}

LAW("what is held for a wait for a start is let go when its instance is found, or the wait ends") {
  waiters all;
  const auto held = std::make_shared<int>();
  const auto found = all.add(start_and_end_of("a"));
  const auto late = all.add(start_and_end_of("b", 1min));
  const auto waits_for_end = all.add(end_of("c"));
  for (const auto waiter : {found, late, waits_for_end}) all.list.hold_until_found(waiter, held);
  CHECK(held.use_count() == 3);  // there is nothing to hold for a wait for an end
  all.list.look_found(found, absent(), false);
  CHECK(held.use_count() == 3);
  all.list.look_found(found, at_status(runtime_status::running, 1), false);
  CHECK(held.use_count() == 2);
  all.list.expire(steady_now() + 2min);
  CHECK(held.use_count() == 1);
}

LAW("a wait whose time is up says whether its instance was ever there") {
  CHECK(waited_too_long(end_of("a", 5ms)).message ==
        "instance 'a' was not done after 5 ms of waiting; it goes on");
  CHECK(waited_too_long(start_and_end_of("a", 5ms)).message ==
        "instance 'a' does not exist; nobody started it in 5 ms of waiting");
  wait_request found = start_and_end_of("a", 5ms);
  found.life = 1;
  CHECK(waited_too_long(found).message == waited_too_long(end_of("a", 5ms)).message);
}

LAW("a wait for a start that is handed over still is one") {
  waiters all;
  all.add(start_and_end_of("a"));
  all.list.left_memory("a", 4);
  std::vector<wait_request> next;
  all.list.hand_over_all(steady_now(), [&](wait_request what, const reply<instance_status>&) {
    next.push_back(std::move(what));
  });
  REQUIRE(next.size() == 1);
  CHECK(waits_for_start(next[0]));
}

LAW("a wait ends with its time, and the list knows which time is next") {
  waiters all;
  all.add(end_of("a", 1h));
  all.add(end_of("b", 1min));
  CHECK_FALSE(all.list.next_deadline() > steady_now() + 1min);
  all.list.expire(steady_now() + 2min);
  CHECK(all.answer_to(0) == "-");
  CHECK(all.answer_to(1) == "timed_out");
  all.list.expire(steady_now() + 2h);
  CHECK(all.answer_to(0) == "timed_out");
  CHECK_FALSE(all.list.next_deadline());
}

LAW("a wait that is taken back is told so, once, whoever does it first") {
  waiters all;
  std::stop_source source;
  wait_request what = end_of("a");
  what.taken_back = source.get_token();
  const auto waiter = all.add(what);
  int asked = 0;
  all.list.on_taking_back(waiter, [&] { ++asked; });
  source.request_stop();
  CHECK(asked == 1);
  all.list.taken_back(waiter);
  all.list.taken_back(waiter);
  CHECK(all.answer_to(0) == "cancelled");
}

LAW("waits are handed over with the time and the life that they have left") {
  waiters all;
  const auto waiter = all.add(end_of("a", 10min));
  all.add(end_of("b", 1h));
  all.list.look_found(waiter, at_status(runtime_status::running, 4), false);
  std::vector<wait_request> next;
  const auto take = [&](wait_request what, const reply<instance_status>&) {
    next.push_back(std::move(what));
  };
  all.list.hand_over("a", steady_now() + 9min, take);
  REQUIRE(next.size() == 1);
  CHECK(next[0].life == 4);
  CHECK(next[0].timeout <= 1min);
  all.list.hand_over_all(steady_now() + 2h, take);
  REQUIRE(next.size() == 2);
  CHECK(next[1].timeout == 0ms);
  CHECK(all.list.all_others().empty());
}

LAW("a wait that is handed over is for the life that was in memory, unless that had ended before") {
  for (const bool had_ended : {true, false}) {
    waiters all;
    all.add(end_of("a"));
    all.list.left_memory("a", 4, had_ended);
    std::vector<wait_request> next;
    all.list.hand_over("a", steady_now(), [&](wait_request what, const reply<instance_status>&) {
      next.push_back(std::move(what));
    });
    REQUIRE(next.size() == 1);
    CHECK(next[0].life == (had_ended ? 0U : 4U));
  }
}

LAW("whoever still waits when the list is given up is told why") {
  waiters all;
  all.add(end_of("a"));
  all.add(end_of("b"));
  all.list.fail_all({error_category::infrastructure, error_kind::runtime_stopped, "it stops", {}});
  CHECK(all.answer_to(0) == "runtime_stopped");
  CHECK(all.answer_to(1) == "runtime_stopped");
}

}  // namespace laws_of_the_waiter_list
