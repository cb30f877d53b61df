// The end of a runtime.
#include "actors/blocking.hpp"
#include "actors/instance/messages.hpp"
#include "actors/messages.hpp"
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <latch>

namespace duroxide::laws_of_shutdown {
namespace {

using namespace testing_support;

constexpr activity<int(int)> work{"work"};
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> working{"Working"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_working(orchestration_context ctx, int n) {
  int done = co_await ctx.schedule_activity(work, n);
  co_return done;
}

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// Stops when the other one has been asked to.
using polite_actor = internal::takes<internal::stop_atom, internal::bye_atom>;
polite_actor::behavior_type polite(polite_actor::pointer self) {
  auto asked = std::make_shared<internal::done_promise>();
  return {
      [self, asked](internal::stop_atom) { return *asked = self->make_response_promise<void>(); },
      [asked](internal::bye_atom) { internal::fulfil(*asked); },
  };
}

LAW("actors that are to stop are all asked at once, so that none uses up the time of the others") {
  caf::actor_system_config config;
  caf::actor_system system(config);
  const polite_actor first = system.spawn(polite);
  using second_actor = internal::stoppable_actor;
  const second_actor second =
      system.spawn([first](second_actor::pointer self) -> second_actor::behavior_type {
        return {[self, first](internal::stop_atom) { self->send(first, internal::bye_atom::value); }};
      });
  CHECK(internal::ask_to_stop(system, {first, second}, patience) == 0);
  const polite_actor alone = system.spawn(polite);
  CHECK(internal::ask_to_stop(system, {alone}, 10ms) == 1);
  std::vector<caf::strong_actor_ptr> all;
  for (const second_actor& each : {second_actor(first), second, second_actor(alone)})
    all.push_back(caf::actor_cast<caf::strong_actor_ptr>(each));
  internal::end_actors(all, patience);
}

LAW("shutdown lets a running activity finish, and its result counts") {
  // Any number of threads may ask for it at once; each comes back when it is done.
  for (const int threads : {1, 4}) {
    test_store store;
    std::latch begun(1);
    std::latch may_end(1);
    std::atomic<int> runs = 0;
    runtime runtime(store.open(), verified());
    runtime.register_activity(work, [&](activity_context&, int n) {
      ++runs;
      begun.count_down();
      may_end.wait();
      return n + 1;
    });
    runtime.register_orchestration(working, run_working);
    runtime.start();
    runtime.client().start(working, "w", 1);
    begun.wait();
    const auto shut_down = [&] {
      runtime.shutdown();
      return client(store.open()).instance("w").status();
    };
    std::vector<std::future<instance_status>> ends;
    for (int i = 0; i < threads; ++i) ends.push_back(std::async(std::launch::async, shut_down));
    may_end.count_down();
    for (auto& each : ends) {
      const instance_status ended = each.get();
      CHECK(ended.status == runtime_status::completed);
      CHECK(ended.output == "2");
    }
    CHECK(runs == 1);
  }
}

LAW("shutdown lets a coroutine activity finish, and its result counts") {
  test_store store;
  static std::atomic<bool> begun = false;
  runtime runtime(store.open(), verified());
  runtime.register_activity(work, [](activity_context& context, int n) -> activity_task<int> {
    begun = true;
    co_await pause_for(context, 50ms);
    co_return context.is_cancelled() ? -1 : n + 1;
  });
  runtime.register_orchestration(working, run_working);
  runtime.start();
  runtime.client().start(working, "w", 1);
  REQUIRE(eventually([] { return begun.load(); }));
  runtime.shutdown();
  CHECK(client(store.open()).instance("w").status().output == "2");
}

LAW("a shutdown without time asks what runs to stop, and the next start runs it again, whatever the options "
    "say") {
  for (const bool is_coroutine : {false, true}) {
    test_store store;
    static std::atomic<int> begun;
    static std::atomic<int> told;
    begun = told = 0;
    {
      runtime_options patient = verified();
      patient.shutdown_timeout = no_limit;
      runtime runtime(store.open(), patient);
      if (is_coroutine)
        runtime.register_activity(work, [](activity_context& context, int n) -> activity_task<int> {
          ++begun;
          while (!context.is_cancelled()) co_await pause_for(context, 1ms);
          ++told;
          co_return n;
        });
      else
        runtime.register_activity(work, [](activity_context& context, int n) {
          ++begun;
          context.wait_for_cancellation(no_limit);
          ++told;
          return n;
        });
      runtime.register_orchestration(working, run_working);
      runtime.start();
      runtime.client().start(working, "w", 1);
      REQUIRE(eventually([] { return begun == 1; }));
      runtime.shutdown(duration::zero());
      CHECK(eventually([] { return told == 1; }));
      runtime.shutdown(no_limit);  // does nothing
    }
    CHECK(client(store.open()).instance("w").status().status == runtime_status::running);
    runtime next(store.open(), verified());
    next.register_activity(work, [](activity_context&, int n) { return n + 1; });
    next.register_orchestration(working, run_working);
    next.start();
    CHECK(next.client().instance(working, "w").result(patience) == 2);
  }
}

LAW("of several shutdowns the one that begins sets the limit, whatever the options and the others say") {
  test_store store;
  runtime_options options = verified();
  options.worker_concurrency = 1;
  options.shutdown_timeout = 0ms;
  std::latch may_end(1);
  std::atomic<bool> was_cancelled = false;
  runtime runtime(store.open(), options);
  runtime.register_activity(work, [&](activity_context& context, int n) {
    may_end.wait();
    was_cancelled = context.is_cancelled();
    return n + 1;
  });
  runtime.register_orchestration(working, run_working);
  runtime.start();
  runtime.client().start(working, "runs", 1);
  REQUIRE(eventually([&] { return runtime.metrics().running_activities == 1; }));
  runtime.client().start(working, "waits", 2);
  REQUIRE(eventually([&] { return runtime.metrics().queued_activities == 1; }));
  auto first = std::async(std::launch::async, [&] { runtime.shutdown(no_limit); });
  // It has begun when nothing waits for a worker any more.
  CHECK(eventually([&] { return runtime.metrics().queued_activities == 0; }));
  auto second = std::async(std::launch::async, [&] { runtime.shutdown(duration::zero()); });
  auto third = std::async(std::launch::async, [&] { runtime.shutdown(); });
  may_end.count_down();
  for (auto* each : {&first, &second, &third}) each->get();
  CHECK_FALSE(was_cancelled);
  const client after(store.open());
  CHECK(after.instance("runs").status().output == "2");
  CHECK(after.instance("waits").status().status == runtime_status::running);
}

LAW("shutdown ends although the store cannot commit, and what was not committed is done at the next start") {
  test_store store;
  auto injected = std::make_shared<faults>();
  std::atomic<bool> full = false;
  injected->before_commit = [&](const commit_batch&) -> std::optional<store_error> {
    if (!full) return std::nullopt;
    return store_error{commit_certainty::not_done, error_kind::store_unavailable, "the disk is full"};
  };
  runtime_options options = verified();
  options.shutdown_timeout = 20ms;
  {
    runtime runtime(with_faults(store.open(), injected), options);
    std::atomic<bool> ran = false;
    runtime.register_activity(work, [&](activity_context&, int n) {
      full = true;
      ran = true;
      return n + 1;
    });
    runtime.register_orchestration(working, run_working);
    runtime.start();
    runtime.client().start(working, "w", 1);
    REQUIRE(eventually([&] { return ran.load(); }));
    runtime.shutdown();
  }
  CHECK(client(store.open()).instance("w").status().status == runtime_status::running);
  runtime next(store.open(), options);
  next.register_activity(work, [](activity_context&, int n) { return n + 1; });
  next.register_orchestration(working, run_working);
  next.start();
  CHECK(next.client().instance(working, "w").result(patience) == 2);
}

LAW("after shutdown, clients fail with runtime_stopped, and nobody waits for ever") {
  test_store store;
  runtime runtime(store.open(), verified());
  runtime.register_orchestration(waiting, run_waiting);
  runtime.start();
  client client = runtime.client();
  client.start(waiting, "w", 1);
  auto ended = client.async().instance("w").wait(1h);
  runtime.shutdown();
  runtime.shutdown();  // does nothing
  for (auto operation : std::vector<std::function<void()>>{
           [&] { ended.get(); },
           [&] { client.start(waiting, "x", 1); },
           [&] { client.instance("w").raise(go, 1); },
           [&] { client.instance("w").status(); },
           [&] { client.instance("w").wait(1h); },
       }) {
    try {
      operation();
      FAIL("nothing was thrown");
    } catch (const infrastructure_error& e) {
      CHECK(e.kind() == error_kind::runtime_stopped);
    }
  }
}

LAW("a shutdown in the middle of a thousand orchestrations loses none of them") {
  test_store store;
  auto run = [&](bool start) {
    runtime runtime(store.open(), verified());
    runtime.register_activity(work, [](activity_context&, int n) { return n + 1; });
    runtime.register_orchestration(working, run_working);
    runtime.start();
    client client = runtime.client();
    std::vector<std::future<async_typed_handle<int>>> starts;
    for (int i = 0; start && i < 1000; ++i)
      starts.push_back(client.async().start(working, "w-" + std::to_string(i), i));
    for (auto& each : starts) each.get();
    if (start) return;
    for (int i = 0; i < 1000; ++i)
      REQUIRE(client.instance(working, "w-" + std::to_string(i)).result(patience) == i + 1);
  };
  run(true);
  run(false);
}

}  // namespace
}  // namespace duroxide::laws_of_shutdown
