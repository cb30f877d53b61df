// Activities that actors of a real actor system serve, in an environment.
#include "duroxide/caf.hpp"
#include "duroxide/log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/testing/subscription.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace laws_of_actors_in_environments {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;
using testing_support::eventually;

namespace {

constexpr activity<int(int)> pack{"pack"};
constexpr orchestration<std::string(int)> packs{"Packs"};
constexpr orchestration<int(int)> insists{"Insists"};

task<std::string> run_packs(orchestration_context ctx, int count) {
  auto packed = co_await settle(ctx.schedule_activity(pack, count).with_timeout(1h));
  if (!packed) co_return "failed: " + packed.error().message();
  co_return "packed " + std::to_string(*packed);
}

// Fails 31 times, with a tenth of a second between.
task<int> run_insists(orchestration_context ctx, int n) {
  retry_policy often = retry_policy(31).with_backoff(backoff::fixed(100ms));
  co_return co_await ctx.schedule_activity(pack, n).with_retry(often);
}

struct holder {
  std::vector<caf::response_promise> held;
};

// A worker that answers when it is told to.
struct shop {
  shop() : system(config) {}
  shop(const shop&) = delete;
  shop& operator=(const shop&) = delete;
  // A promise that an actor has keeps that actor alive.
  ~shop() { caf::anon_send_exit(worker, caf::exit_reason::kill); }

  // Any thread.
  void answer_all() { caf::anon_send(worker, std::string("answer")); }

  caf::actor_system_config config;
  caf::actor_system system;
  std::atomic<int> requests = 0;
  std::atomic<int> held_back = 1'000;  // so many requests are answered later
  caf::actor worker = system.spawn([this](caf::stateful_actor<holder>* self) -> caf::behavior {
    const auto answer_held = [self] {
      for (auto& each : self->state.held) each.deliver(1);
      self->state.held.clear();
    };
    return {[self, answer_held, this](int) {
              self->state.held.push_back(self->make_response_promise());
              if (++requests > held_back) answer_held();
            },
            [answer_held](const std::string&) { answer_held(); }};
  });
};

testing::handlers served_by(const caf::actor& worker) {
  return [worker](runtime& target) {
    register_actor_activity(target, pack, worker);
    target.register_orchestration(packs, run_packs);
    target.register_orchestration(insists, run_insists);
  };
}

}  // namespace

LAW("virtual time waits for the answer of a real actor, however long that takes") {
  shop shop;
  std::thread customer;
  {
    testing::environment world(served_by(shop.worker));
    const timestamp begin = world.now();
    world.client().start(packs, "p", 3);
    customer = std::thread([&shop] {
      if (!eventually([&] { return shop.requests == 1; })) return;
      shop.answer_all();
    });
    CHECK(world.client().instance(packs, "p").result(2h) == "packed 1");
    CHECK(world.now() - begin < 1s);
  }
  customer.join();
}

LAW("when patience with a mute actor is over, virtual time goes on to its timeout") {
  shop shop;
  testing::environment_options options;
  options.actor_patience = 20ms;
  testing::environment world(served_by(shop.worker), options);
  const timestamp begin = world.now();
  world.client().start(packs, "p", 3);
  CHECK_THAT(world.client().instance(packs, "p").result(2h), Contains("failed: "));
  CHECK(world.now() - begin >= 1h);
  CHECK(world.now() - begin < 1h + 1s);
  CHECK(shop.requests == 1);
}

LAW("an actor activity is replaced by its contract, and the actor is not asked") {
  shop shop;
  {
    testing::environment world(served_by(shop.worker));
    world.replace_activity(pack, [](activity_context&, int count) { return count * 10; });
    world.client().start(packs, "p", 3);
    CHECK(world.client().instance(packs, "p").result(2h) == "packed 30");
  }
  testing::environment world([&](runtime& target) {
    testing::replace_activity(target, pack, [](activity_context&, int count) { return count * 100; });
    served_by(shop.worker)(target);
  });
  world.client().start(packs, "p", 3);
  CHECK(world.client().instance(packs, "p").result(2h) == "packed 300");
  CHECK(shop.requests == 0);
}

LAW("what a real actor answers to a process that has died is dropped, and the next process asks again") {
  shop shop;
  testing::environment_options options;
  options.actor_patience = 200ms;
  testing::environment world(served_by(shop.worker), options);
  shop.held_back = 1;
  world.client().start(packs, "p", 3);
  world.advance(1s);
  REQUIRE(shop.requests == 1);
  world.crash();
  CHECK(world.client().instance(packs, "p").result(30min) == "packed 1");
  CHECK(shop.requests == 2);
}

LAW("of the failed attempts of an activity one line a second is logged, which says how many more there "
    "were") {
  std::mutex mutex;
  std::vector<std::string> lines;
  const scoped_log_hook hook(
      [&](const log_record& record) {
        const std::lock_guard lock(mutex);
        if (record.text.find("activity 'pack', attempt") != std::string::npos) lines.push_back(record.text);
      },
      trace_level::warn);
  testing::environment world([](runtime& target) {
    target.register_activity(pack,
                             [](activity_context&, int) -> int { throw std::runtime_error("no paper"); });
    target.register_orchestration(insists, run_insists);
  });
  world.client().start(insists, "i", 1);
  CHECK(world.client().instance("i").wait(1h).status == runtime_status::failed);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "activity 'pack', attempt 1 of 31, failed: no paper; it is tried again in 100 ms");
  CHECK_THAT(lines[1], Contains("attempt 11 of 31") &&
                           Contains("(and 9 failed attempts of this activity since its last line)"));
  CHECK_THAT(lines[2], Contains("attempt 21 of 31") && Contains("(and 9 "));
}

}  // namespace laws_of_actors_in_environments
