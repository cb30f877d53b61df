// Waits for instances that are deleted or replaced, waits without a limit, and waits that are taken back.
#include "tests/actors/fixture.hpp"

#include <stop_token>
#include <thread>

namespace duroxide::laws_of_waiting {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_waiting(orchestration_context ctx, int n) {
  ctx.set_custom_status("waits");
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

void start(runtime& running) {
  running.register_orchestration(waiting, run_waiting);
  running.start();
}

void wait_until_it_runs(const client& observer, const std::string& instance) {
  REQUIRE(eventually([&] { return client(observer).instance(instance).status().custom_status.has_value(); }));
}

// All that can be waited for. A wait has begun when it has been looked at; this returns when all have, for
// what is asked after them is looked at after them.
struct waits {
  waits(client caller, const std::string& instance, duration timeout, std::stop_token taken_back = {})
      : end(caller.async().instance(instance).wait(timeout, taken_back)),
        status(caller.async().instance(instance).wait_for_status_change(1, timeout, taken_back)),
        key(caller.async().instance(instance).wait_for_kv_value("never set", timeout, taken_back)) {
    CHECK(kind_of([&] { caller.instance(instance).wait_for_kv_value("another", 1ms); }) ==
          error_kind::timed_out);
    caller.instance(instance).status();
  }

  // How each of them failed, if all failed alike.
  error_details failure() {
    const error_details why = details_of([&] { end.get(); });
    CHECK(details_of([&] { status.get(); }) == why);
    CHECK(details_of([&] { key.get(); }) == why);
    return why;
  }

  // That each was told that its instance is gone. A deletion ends what runs, and deletes it then: who looks
  // in between finds it cancelled.
  void are_told_of_deletion() {
    for (auto* each : {&end, &status}) {
      try {
        const instance_status how = each->get();
        CHECK(how.status == runtime_status::cancelled);
      } catch (const instance_error& e) {
        CHECK(is_deletion(e));
      }
    }
    try {
      key.get();
      FAIL("there is no such key");
    } catch (const instance_error& e) {
      if (e.kind() != error_kind::instance_terminal) CHECK(is_deletion(e));
    }
  }

  static bool is_deletion(const instance_error& e) {
    return e.kind() == error_kind::instance_not_found &&
           e.details().message.find("was deleted while it was waited for") != std::string::npos;
  }

  std::future<instance_status> end;
  std::future<instance_status> status;
  std::future<json_text> key;
};

}  // namespace

LAW("who waits for an instance that is deleted is told so at once, by whichever client") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  int number = 0;
  for (const client& caller : {inside, outside}) {
    for (const client& waits_by : {inside, outside}) {
      const std::string id = "w" + std::to_string(++number);
      client(inside).start(waiting, id, 1);
      wait_until_it_runs(inside, id);
      waits all(waits_by, id, patience);
      caller.admin().delete_instance(id, true, 0s);
      all.are_told_of_deletion();
    }
  }
}

LAW("who waits for an instance that is in memory is told when it is deleted without a word") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  client inside = running.client();
  const auto others = store.open();
  for (const client& waits_by : {inside, client(others)}) {
    inside.start(waiting, "w", 1);
    wait_until_it_runs(inside, "w");
    waits all(waits_by, "w", patience);
    REQUIRE(others->administration().remove("w", true).value().refusal == deletion_refusal::none);
    all.are_told_of_deletion();
    // It is not in memory any more, either.
    CHECK(eventually(
        [&] { return kind_of([&] { inside.instance("w").wait(1ms); }) == error_kind::instance_not_found; }));
  }
}

LAW("who waits for an instance that is not in memory is told when it is deleted") {
  test_store store;
  runtime_options options = verified();
  options.passivate_after = 1ms;
  runtime running(store.open(), options);
  start(running);
  client inside = running.client();
  const auto others = store.open();
  inside.start(waiting, "w", 1);
  REQUIRE(eventually([&] { return running.metrics().resident_instances == 0; }));
  waits all(inside, "w", patience);
  REQUIRE(eventually([&] { return running.metrics().resident_instances == 0; }));
  REQUIRE(others->administration().remove("w", true).value().refusal == deletion_refusal::none);
  all.are_told_of_deletion();
}

LAW("a wait is for the instance that was there when it began, not for one that gets its id later") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  client inside = running.client();
  client outside(store.open());
  for (const client& starts_by : {inside, outside}) {
    inside.start(waiting, "w", 1);
    wait_until_it_runs(inside, "w");
    waits by_inside(inside, "w", patience);
    waits by_outside(outside, "w", patience);
    REQUIRE(outside.port()->store()->administration().remove("w", true).value().refusal ==
            deletion_refusal::none);
    client(starts_by).start(waiting, "w", 100);
    // Times are stored in milliseconds.
    const auto created = inside.instance("w").status().created_at;
    REQUIRE(eventually([&] { return std::chrono::system_clock::now() >= created + 1ms; }));
    auto later = inside.async().instance("w").wait(patience);
    auto later_outside = outside.async().instance("w").wait(patience);
    by_inside.are_told_of_deletion();
    by_outside.are_told_of_deletion();
    inside.instance("w").raise(go, 5);
    CHECK(later.get().output == "105");
    CHECK(later_outside.get().output == "105");
    inside.admin().delete_instance("w");
  }
}

LAW("of an instance that ends and is replaced at once a wait gives its end, or that it is gone") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  client inside = running.client();
  client outside(store.open());
  start_options replacing;
  replacing.if_exists = existing_instance::replace_terminal;
  inside.start(waiting, "w", 0);
  for (int round = 1; round <= 100; ++round) {
    auto end = outside.async().instance("w").wait(patience);
    inside.instance("w").raise(go, 0);
    inside.instance("w").wait(patience);
    REQUIRE(inside.start(waiting, "w", round, replacing).was_started());
    try {
      const instance_status how = end.get();
      CHECK(how.status == runtime_status::completed);
      CHECK(how.output == std::to_string(round - 1));
    } catch (const instance_error& e) {
      CHECK(waits::is_deletion(e));
    }
  }
}

LAW("who replaces an instance that has ended, and waits, waits for the new one, however busy the machine "
    "is") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  client client = running.client();
  start_options replacing;
  replacing.if_exists = existing_instance::replace_terminal;
  std::vector<std::jthread> others;
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i)
    others.emplace_back([](const std::stop_token& stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
    });
  for (int round = 1; round <= 300; ++round) {
    const auto instance = client.start(waiting, "w", round, replacing);
    REQUIRE(instance.was_started());
    instance.raise(go, 1);
    REQUIRE(instance.result(patience) == round + 1);
  }
}

LAW("a wait can be taken back, without a limit too, and ends at once") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  client inside = running.client();
  inside.start(waiting, "w", 1);
  wait_until_it_runs(inside, "w");
  for (const client& caller : {inside, client(store.open())}) {
    std::stop_source taken_back;
    waits all(caller, "w", no_limit, taken_back.get_token());
    auto other = client(caller).async().instance("w").wait_for_status_change(0, no_limit);
    CHECK(other.get().custom_status == "waits");
    taken_back.request_stop();
    CHECK(all.failure().kind == error_kind::cancelled);
    waits none(caller, "w", no_limit, taken_back.get_token());
    CHECK(none.failure().message == "the wait for instance 'w' was taken back; the instance goes on");
  }
  inside.instance("w").raise(go, 1);
  CHECK(inside.instance(waiting, "w").result(no_limit) == 2);
}

LAW("a wait that ends before it is taken back is not taken back") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  for (client caller : {running.client(), client(store.open())}) {
    std::stop_source taken_back;
    caller.start(waiting, "w", 1);
    auto end = caller.async().instance("w").wait(no_limit, taken_back.get_token());
    caller.instance("w").raise(go, 1);
    CHECK(end.get().output == "2");
    taken_back.request_stop();
    caller.admin().delete_instance("w");
  }
}

LAW("a timeout that is negative is refused by name") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  for (client caller : {running.client(), client(store.open())}) {
    const error_details why = details_of([&] { caller.instance("w").wait(-1ms); });
    CHECK(why.kind == error_kind::invalid_argument);
    CHECK(why.message == "the timeout of the wait is -1 ms; give zero or more, or duroxide::no_limit");
    CHECK(details_of([&] { caller.instance("w").wait_for_status_change(0, -1ms); }) == why);
    CHECK(details_of([&] { caller.instance("w").wait_for_kv_value("k", -1ms); }) == why);
    CHECK(details_of([&] { caller.admin().delete_instance("w", true, -1ms); }).message ==
          "the patience of a deletion is -1 ms; give zero or more, or duroxide::no_limit");
  }
}

}  // namespace duroxide::laws_of_waiting
