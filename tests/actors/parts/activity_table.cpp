// Where each activity is that a node has.
#include "actors/activity/activity_table.hpp"

#include "duroxide/detail/ensure.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace laws_of_the_activity_table {

using namespace duroxide;
using namespace duroxide::internal;
using place = activity_table::place;

namespace {

activity_key key(std::uint64_t event, const std::string& instance = "a") { return {instance, 1, event, 7}; }

stored_activity stored(std::uint64_t event, std::string input = {}, std::optional<std::string> session = {}) {
  stored_activity made;
  made.key = key(event);
  made.input = std::move(input);
  made.session = std::move(session);
  return made;
}

work item(std::uint64_t event, const std::string& instance = "a") {
  work made;
  made.key = key(event, instance);
  return made;
}

struct tables {
  work_queue queue;
  activity_table table{queue};
};

}  // namespace

LAW("an own activity is on a worker from when it is queued until the worker has finished it") {
  tables t;
  CHECK(t.table.find(key(1)) == place::nowhere);
  t.table.put_on_worker(item(1));
  CHECK(t.table.find(key(1)) == place::on_worker);
  CHECK(t.queue.pop()->key == key(1));
  CHECK(t.table.find(key(1)) == place::on_worker);
  t.queue.finished(key(1));
  CHECK(t.table.find(key(1)) == place::nowhere);
}

LAW("a claimed activity stays claimed when its worker has finished, until its outcome is passed on") {
  tables t;
  CHECK(t.table.claim(stored(1, "12345", "s")));
  CHECK_FALSE(t.table.claim(stored(1)));
  CHECK(t.table.find(key(1)) == place::awaits_session);
  CHECK(t.table.claimed_on_workers() == 0);
  t.table.put_on_worker(item(1));
  CHECK(t.table.find(key(1)) == place::on_worker);
  CHECK(t.table.claimed_on_workers() == 1);
  t.queue.finished(t.queue.pop()->key);
  CHECK(t.table.claimed() == 1);
  CHECK(t.table.claimed_bytes() == 5);
  const auto ended = t.table.end_claim(key(1));
  REQUIRE(ended);
  CHECK(ended->session == "s");
  CHECK(t.table.claimed() == 0);
  CHECK(t.table.claimed_on_workers() == 0);
  CHECK(t.table.claimed_bytes() == 0);
  CHECK_FALSE(t.table.end_claim(key(1)));
}

LAW("what is cancelled while it waits is forgotten, what runs is asked to stop") {
  tables t;
  t.table.put_on_worker(item(1));
  t.table.put_on_worker(item(2));
  (void)t.queue.pop();
  CHECK(t.table.cancel(key(1)) == place::stopping);
  CHECK(t.table.find(key(1)) == place::stopping);
  CHECK(t.table.cancel(key(2)) == place::nowhere);
  CHECK(t.table.find(key(2)) == place::nowhere);
  const std::stop_source asked = t.table.run_asynchronously(key(3));
  CHECK(t.table.cancel(key(3)) == place::asynchronous);
  CHECK(asked.stop_requested());
  CHECK(t.table.find(key(3)) == place::asynchronous);  // until it says that it has ended
  t.table.end_asynchronous(key(3));
  CHECK(t.table.find(key(3)) == place::nowhere);
  t.table.await_handler(key(4));
  CHECK(t.table.cancel(key(4)) == place::awaits_handler);
  CHECK_FALSE(t.table.end_waiting_for_handler(key(4)));
  CHECK(t.table.claim(stored(5)));
  t.table.await_handler(key(5));
  CHECK(t.table.cancel(key(5)) == place::awaits_handler);
  CHECK(t.table.end_claim(key(5)));
  CHECK(t.table.claimed() == 0);
}

LAW("what waits for a place is here until it runs, is cancelled or given away, and may be claimed "
    "meanwhile") {
  tables t;
  t.table.await_place(key(1));
  CHECK(t.table.find(key(1)) == place::awaits_place);
  CHECK_FALSE(t.table.runs_asynchronously());
  t.table.run_asynchronously(key(1));
  CHECK(t.table.find(key(1)) == place::asynchronous);
  CHECK_THROWS_AS(t.table.await_place(key(1)), duroxide::detail::broken_invariant);
  t.table.end_waiting_for_place(key(1));  // it waits no more
  CHECK(t.table.runs_asynchronously());
  t.table.await_place(key(2));
  CHECK(t.table.cancel(key(2)) == place::awaits_place);
  CHECK(t.table.find(key(2)) == place::nowhere);
  t.table.await_place(key(3));
  t.table.end_waiting_for_place(key(3));
  CHECK(t.table.find(key(3)) == place::nowhere);
  t.table.await_place(key(4));
  t.table.claim_present([](const activity_key&) { return true; });
  CHECK(t.table.is_claimed(key(4)));
  CHECK(t.table.find(key(4)) == place::awaits_place);
  CHECK(t.table.cancel(key(4)) == place::awaits_place);
  CHECK(t.table.end_claim(key(4)));
  CHECK(t.table.find(key(4)) == place::nowhere);
}

LAW("an asynchronous activity is counted until it has ended, and all can be asked to stop") {
  tables t;
  const std::stop_source first = t.table.run_asynchronously(key(1));
  CHECK_THROWS_AS(t.table.run_asynchronously(key(1)), duroxide::detail::broken_invariant);
  CHECK_THROWS_AS(t.table.put_on_worker(item(1)), duroxide::detail::broken_invariant);
  CHECK(t.table.runs_asynchronously());
  t.table.stop_asynchronous();
  CHECK(first.stop_requested());
  t.table.end_asynchronous(key(1));
  t.table.end_asynchronous(key(1));
  CHECK_FALSE(t.table.runs_asynchronously());
}

LAW("when a shard is given up, what is here of it counts as claimed, and who waits for a handler is let go") {
  tables t;
  t.table.put_on_worker(item(1, "given up"));
  t.table.put_on_worker(item(2, "kept"));
  t.table.run_asynchronously(key(3, "given up"));
  t.table.await_handler(key(4, "given up"));
  t.table.await_handler(key(5, "kept"));
  t.table.claim_present([](const activity_key& each) { return each.instance == "given up"; });
  auto claimed = t.table.claimed_keys();
  std::ranges::sort(claimed, {}, &activity_key::event_id);
  CHECK(claimed == std::vector{key(1, "given up"), key(3, "given up")});
  CHECK(t.table.claimed_on_workers() == 1);
  CHECK(t.table.find(key(4, "given up")) == place::nowhere);
  CHECK(t.table.find(key(5, "kept")) == place::awaits_handler);
}

}  // namespace laws_of_the_activity_table
