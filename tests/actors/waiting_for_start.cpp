// Waits for instances that do not exist yet.
#include "tests/actors/fixture.hpp"

#include <algorithm>
#include <stop_token>

namespace duroxide::laws_of_waiting_for_a_start {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> adding{"Adding"};
constexpr orchestration<int(int)> parent{"Parent"};

task<int> run_adding(orchestration_context ctx, int n) {
  ctx.set_custom_status("adds");
  ctx.set_kv_value("n", n);
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// Starts two others when it is told to.
task<int> run_parent(orchestration_context ctx, int n) {
  co_await ctx.wait_for_event(go);
  ctx.start_orchestration(adding, "detached", n);
  int sum = co_await ctx.schedule_sub_orchestration(adding, n).with_id("child");
  co_return sum;
}

void start(runtime& running) {
  running.register_orchestration(adding, run_adding);
  running.register_orchestration(parent, run_parent);
  running.start();
}

// Returns when the waits that this client has begun before have been looked at.
void let_begin(const client& caller, const std::string& instance) {
  CHECK(kind_of([&] { caller.instance(instance).until_exists().wait(1ms); }) == error_kind::timed_out);
  caller.instance(instance).status();
}

// All that can be waited for.
struct waits {
  waits(const client& caller, const std::string& instance, duration timeout, std::stop_token taken_back = {})
      : result(caller.async().instance(adding, instance).until_exists().result(timeout, taken_back)),
        status(
            caller.async().instance(instance).until_exists().wait_for_status_change(0, timeout, taken_back)),
        key(caller.async().instance(instance).until_exists().wait_for_kv_value<int>("n", timeout,
                                                                                    taken_back)) {}

  std::vector<error_details> failures() {
    return {details_of([&] { result.get(); }), details_of([&] { status.get(); }),
            details_of([&] { key.get(); })};
  }

  std::future<int> result;
  std::future<instance_status> status;
  std::future<int> key;
};

// On PostgreSQL a deletion by force ends the instance first, in a transaction of its own, and a wait may see that.
bool ends_with_deletion(std::future<instance_status>& wait) {
  try {
    return wait.get().status == runtime_status::cancelled;
  } catch (const error& failed) {
    return failed.kind() == error_kind::instance_not_found &&
           failed.details().message.find("was deleted while it was waited for") != std::string::npos;
  }
}

void remove(test_store& store, const std::string& instance) {
  REQUIRE(store.open()->administration().remove(instance, true).value().refusal == deletion_refusal::none);
}

}  // namespace

LAW("who waits for an instance before it is started is told of all that it does, by whichever client") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  int number = 0;
  for (const client& waits_by : {inside, outside}) {
    for (const client& starts_by : {inside, outside}) {
      const std::string id = "w" + std::to_string(++number);
      waits all(waits_by, id, patience);
      let_begin(waits_by, id);
      starts_by.start(adding, id, 1);
      CHECK(all.status.get().custom_status == "adds");
      CHECK(all.key.get() == 1);
      starts_by.instance(id).raise(go, 2);
      CHECK(all.result.get() == 3);
    }
  }
}

LAW("a wait for what nobody starts says that it does not exist when its time is up") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  for (const client& caller : {running.client(), client(store.open())}) {
    waits all(caller, "nobody", 20ms);
    for (const error_details& why : all.failures()) {
      CHECK(why.kind == error_kind::timed_out);
      CHECK(why.message.starts_with("instance 'nobody' does not exist"));
    }
    CHECK_THROWS_AS(caller.instance("nobody").until_exists().wait(1ms), timeout_error);
    CHECK_THROWS_AS(caller.instance(adding, "nobody").until_exists().result(1ms), timeout_error);
    CHECK(kind_of([&] { caller.instance(adding, "nobody").until_exists().async().result(1ms).get(); }) ==
          error_kind::timed_out);
  }
}

LAW("a handle that waits for the start does all else as before, and so does the handle that it is made of") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  for (const client& caller : {running.client(), client(store.open())}) {
    const instance_handle before = caller.instance("nobody");
    const instance_handle patient = before.until_exists();
    CHECK(patient.id() == "nobody");
    CHECK(kind_of([&] { before.wait(patience); }) == error_kind::instance_not_found);
    CHECK(kind_of([&] { before.wait_for_kv_value("n", patience); }) == error_kind::instance_not_found);
    CHECK(kind_of([&] { patient.raise(go, 1); }) == error_kind::instance_not_found);
    CHECK(kind_of([&] { patient.cancel("why"); }) == error_kind::instance_not_found);
    CHECK(patient.status().status == runtime_status::not_found);
    CHECK_FALSE(patient.kv_value("n"));
  }
}

LAW("a wait for a start can be taken back, without a limit too") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  for (const client& caller : {running.client(), client(store.open())}) {
    std::stop_source taken_back;
    waits all(caller, "nobody", no_limit, taken_back.get_token());
    let_begin(caller, "nobody");
    taken_back.request_stop();
    for (const error_details& why : all.failures()) CHECK(why.kind == error_kind::cancelled);
    waits none(caller, "nobody", no_limit, taken_back.get_token());
    for (const error_details& why : none.failures()) {
      CHECK(why.kind == error_kind::cancelled);
      CHECK(why.message == "the wait for instance 'nobody' was taken back");
    }
  }
}

LAW("a wait for a start ends with the runtime, or with the client, by which it waits") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  waits all(running.client(), "nobody", no_limit);
  let_begin(running.client(), "nobody");
  std::future<instance_status> left;
  {
    const client gone(store.open());
    left = gone.async().instance("nobody").until_exists().wait(no_limit);
  }
  CHECK(kind_of([&] { left.get(); }) == error_kind::runtime_stopped);
  running.shutdown();
  for (const error_details& why : all.failures()) CHECK(why.kind == error_kind::runtime_stopped);
}

LAW("what an orchestration starts later is waited for, a child and a detached one") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  inside.start(parent, "p", 1);
  for (const std::string id : {"child", "detached"}) {
    for (const client& caller : {inside, outside}) {
      waits all(caller, id, 1ms);
      for (const error_details& why : all.failures()) CHECK(why.kind == error_kind::timed_out);
    }
  }
  std::vector<waits> all;
  for (const std::string id : {"child", "detached"}) {
    for (const client& caller : {inside, outside}) {
      all.emplace_back(caller, id, patience);
      let_begin(caller, id);
    }
  }
  inside.instance("p").raise(go, 0);
  for (waits& each : all) {
    CHECK(each.status.get().custom_status == "adds");
    CHECK(each.key.get() == 1);
  }
  for (const std::string id : {"child", "detached"}) inside.instance(id).raise(go, 4);
  for (waits& each : all) CHECK(each.result.get() == 5);
  CHECK(inside.instance(parent, "p").result(patience) == 5);
}

LAW("an instance that is started with a delay is waited for") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  start_options delayed;
  delayed.delay = 20ms;
  int number = 0;
  for (const client& waits_by : {inside, outside}) {
    for (const client& starts_by : {inside, outside}) {
      const std::string id = "w" + std::to_string(++number);
      waits all(waits_by, id, patience);
      let_begin(waits_by, id);
      starts_by.start(adding, id, 1, delayed);
      CHECK(all.status.get().custom_status == "adds");
      CHECK(all.key.get() == 1);
      starts_by.instance(id).raise(go, 2);
      CHECK(all.result.get() == 3);
    }
  }
}

// Its start message stays in the store for long. That the wait knows of it shows when it is deleted.
LAW("an instance that is started with a delay beyond the timer horizon exists at once for those who wait") {
  test_store store;
  runtime_options options = verified();
  options.timer_horizon = 1s;
  runtime running(store.open(), options);
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  start_options delayed;
  delayed.delay = 1h;
  for (const client& waits_by : {inside, outside}) {
    for (const client& starts_by : {inside, outside}) {
      auto end = waits_by.async().instance("w").until_exists().wait(patience);
      let_begin(waits_by, "w");
      duration pause = 1ms;
      const auto is_over = [&] { return end.wait_for(pause) == std::future_status::ready; };
      starts_by.start(adding, "w", 1, delayed);
      CHECK_FALSE(is_over());
      REQUIRE(eventually([&] {
        remove(store, "w");
        if (is_over()) return true;
        starts_by.start(adding, "w", 1, delayed);  // the one before was deleted before anybody looked
        pause *= 2;
        return is_over();
      }));
      CHECK(ends_with_deletion(end));
    }
  }
}

LAW("once the instance exists its deletion ends the wait, also one that was for its start") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  for (const client& caller : {inside, client(store.open())}) {
    auto end = caller.async().instance("w").until_exists().wait(patience);
    auto status = caller.async().instance("w").until_exists().wait_for_status_change(0, patience);
    let_begin(caller, "w");
    inside.start(adding, "w", 1);
    CHECK(status.get().custom_status == "adds");
    caller.instance("w").status();  // behind the looks for both
    remove(store, "w");
    CHECK(ends_with_deletion(end));
    REQUIRE(eventually([&] { return running.metrics().resident_instances == 0; }));
  }
}

LAW("a wait that begins after an instance was deleted is for the next one of its id") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  const auto run = [&](int n) {
    REQUIRE(inside.start(adding, "w", n).was_started());
    inside.instance("w").raise(go, 1);
    CHECK(inside.instance(adding, "w").result(patience) == n + 1);
  };
  for (const client& caller : {inside, outside}) {
    for (int round = 1; round <= 20; ++round) {
      run(round);
      remove(store, "w");
      auto next = caller.async().instance(adding, "w").until_exists().result(patience);
      if (round % 2 == 0) let_begin(caller, "w");
      run(1000 + round);
      CHECK(next.get() == 1001 + round);
      remove(store, "w");
    }
  }
}

LAW("a wait that begins after a running instance was deleted is for the next one of its id") {
  test_store store;
  runtime running(store.open(), verified());
  start(running);
  const client inside = running.client();
  const client outside(store.open());
  for (const client& caller : {inside, outside}) {
    for (int round = 1; round <= 10; ++round) {
      REQUIRE(inside.start(adding, "w", round).was_started());
      remove(store, "w");  // the runtime may not know yet
      auto next = caller.async().instance(adding, "w").until_exists().result(patience);
      let_begin(caller, "w");
      REQUIRE(inside.start(adding, "w", 1000 + round).was_started());
      inside.instance("w").raise(go, 1);
      CHECK(next.get() == 1001 + round);
      remove(store, "w");
    }
  }
}

LAW("a wait that was for a start goes on while its instance is not in memory") {
  test_store store;
  runtime_options options = verified();
  options.passivate_after = 1ms;
  runtime running(store.open(), options);
  start(running);
  const client inside = running.client();
  waits all(inside, "w", patience);
  let_begin(inside, "w");
  client(store.open()).start(adding, "w", 1);
  CHECK(all.key.get() == 1);
  REQUIRE(eventually([&] { return running.metrics().resident_instances == 0; }));
  inside.instance("w").raise(go, 2);
  CHECK(all.result.get() == 3);
}

LAW("what another runtime on the store starts or runs is waited for, by each of them") {
  test_store store;
  runtime first(store.open(), verified());
  start(first);
  runtime second(store.open(), verified());
  start(second);
  const std::vector<client> clients{first.client(), second.client()};
  std::vector<waits> all;
  const auto id_of = [](int n) { return "w" + std::to_string(n); };
  for (int n = 0; n < 20; ++n)
    for (const client& caller : clients) all.emplace_back(caller, id_of(n), patience);
  for (const client& caller : clients) let_begin(caller, id_of(0));
  for (int n = 0; n < 20; ++n) clients[static_cast<std::size_t>(n) % 2].start(adding, id_of(n), n);
  for (waits& each : all) each.key.get();
  for (int n = 0; n < 20; ++n) clients[static_cast<std::size_t>(n / 2) % 2].instance(id_of(n)).raise(go, 100);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].result.get() == 100 + static_cast<int>(i) / 2);
}

LAW("a wait for a start goes on when its shard moves to another runtime") {
  test_store store;
  auto first = std::make_unique<runtime>(store.open(), verified());
  start(*first);
  const auto id_of = [](int n) { return "w" + std::to_string(n); };
  std::vector<waits> by_first;
  for (int n = 0; n < 20; ++n) by_first.emplace_back(first->client(), id_of(n), patience);
  let_begin(first->client(), id_of(0));
  runtime second(store.open(), verified());
  start(second);
  const duroxide::admin operators(store.open());
  if (store.kind() == "PostgreSQL") {  // else the first one keeps them all
    REQUIRE(eventually(
        [&] {
          const auto nodes = operators.list_nodes(0);
          return nodes.size() == 2 &&
                 std::ranges::all_of(nodes, [](const node_info& each) { return each.shards.size() == 128; });
        },
        patience));
  }
  for (int n = 0; n < 10; ++n) second.client().start(adding, id_of(n), n);
  for (std::size_t i = 0; i < 10; ++i) CHECK(by_first[i].key.get() == static_cast<int>(i));
  std::vector<waits> by_second;
  for (int n = 10; n < 20; ++n) by_second.emplace_back(second.client(), id_of(n), patience);
  let_begin(second.client(), id_of(10));
  first.reset();
  for (int n = 10; n < 20; ++n) second.client().start(adding, id_of(n), n);
  for (std::size_t i = 0; i < 10; ++i) CHECK(by_second[i].key.get() == 10 + static_cast<int>(i));
}

}  // namespace duroxide::laws_of_waiting_for_a_start
