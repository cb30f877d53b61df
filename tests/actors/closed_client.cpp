// What clients are told while their runtime does not serve them.
#include "tests/actors/fixture.hpp"
#include "tests/support/forwarding_provider.hpp"

#include <atomic>
#include <thread>

namespace duroxide::laws_of_a_closed_door {
namespace {

using namespace testing_support;

constexpr orchestration<int(int)> quick{"Quick"};
constexpr orchestration<int(int)> unknown{"Unknown"};

// Refuses what it is told to refuse.
class moody_store final : public forwarding_provider {
public:
  using forwarding_provider::forwarding_provider;

  std::atomic<bool> fences = false;
  std::atomic<bool> refuses_to_join = false;
  std::atomic<bool> refuses_to_look = false;

  stored<node_membership> join(const node_offer& offer) override {
    if (refuses_to_join) return not_now();
    auto joined = forwarding_provider::join(offer);
    // As if there were other nodes, which own the rest.
    if (joined && refuses_to_look) joined->shards.resize(joined->shards.size() / 2);
    return joined;
  }
  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    auto opened = forwarding_provider::open_writer(node, lane);
    if (!opened) return opened;
    return std::unique_ptr<store_writer>(std::make_unique<moody_writer>(*std::move(opened), fences));
  }
  stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) override {
    if (refuses_to_look) return not_now();
    return forwarding_provider::is_runnable_elsewhere(node, needs);
  }

private:
  class moody_writer final : public store_writer {
  public:
    moody_writer(std::unique_ptr<store_writer> inner, const std::atomic<bool>& fences)
        : inner_(std::move(inner)), fences_(fences) {}
    stored<batch_receipt> commit(const commit_batch& batch) override {
      if (fences_) return store_error{commit_certainty::fenced, error_kind::store_in_use, "injected"};
      return inner_->commit(batch);
    }

  private:
    std::unique_ptr<store_writer> inner_;
    const std::atomic<bool>& fences_;
  };

  static store_error not_now() {
    return {commit_certainty::not_done, error_kind::store_unavailable, "the store sulks"};
  }
};

task<int> run_quick(orchestration_context, int n) { co_return n + 1; }

}  // namespace

LAW("a client that comes before its runtime is started is told so") {
  test_store store;
  runtime running(store.open(), verified());
  running.register_orchestration(quick, run_quick);
  client early = running.client();
  const error_details why = details_of([&] { early.start(quick, "q", 1); });
  CHECK(why.kind == error_kind::runtime_stopped);
  CHECK(why.message == "the runtime has not been started; call runtime::start first");
  CHECK(details_of([&] { early.instance("q").status(); }) == why);
  CHECK(details_of([&] { early.instance("q").wait(1s); }) == why);
  running.start();
  early.start(quick, "q", 1);
  CHECK(early.instance(quick, "q").result(patience) == 2);
}

LAW("a client that comes while its runtime joins the store again is told so, and may ask again") {
  test_store store;
  auto moody = std::make_shared<moody_store>(store.open());
  runtime running(moody, verified());
  running.register_orchestration(quick, run_quick);
  running.start();
  client clients = running.client();
  moody->refuses_to_join = true;
  moody->fences = true;
  // Its own start is what finds out.
  const error_details lost = details_of([&] { clients.start(quick, "q", 1); });
  CHECK(lost.kind == error_kind::store_unavailable);
  const error_details why = details_of([&] { clients.instance("q").status(); });
  CHECK(why.kind == error_kind::store_unavailable);
  CHECK(why.message ==
        "the runtime has lost its place in the store and is joining it again; ask again in a moment");
  moody->fences = false;
  moody->refuses_to_join = false;
  REQUIRE(eventually([&] {
    try {
      clients.start(quick, "q", 1);
      return true;
    } catch (const infrastructure_error&) {
      return false;
    }
  }));
  CHECK(clients.instance(quick, "q").result(patience) == 2);
}

LAW("that the store cannot be asked for another node is not called an unknown orchestration") {
  test_store store;
  auto moody = std::make_shared<moody_store>(store.open());
  moody->refuses_to_look = true;
  runtime running(moody, verified());
  running.register_orchestration(quick, run_quick);
  running.start();
  // One that this node owns.
  for (int i = 0;; ++i) {
    REQUIRE(i < 100);
    try {
      running.client().start(unknown, "u" + std::to_string(i), 1);
    } catch (const error& e) {
      CHECK(e.kind() == error_kind::store_unavailable);
      CHECK(std::string(e.what()) == "the store sulks");
      break;
    }
  }
}

LAW("handlers are registered by any thread, and none after the start") {
  test_store store;
  runtime running(store.open(), verified());
  running.register_orchestration(quick, run_quick);
  std::atomic<int> registered = 0;
  std::atomic<bool> refused = false;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; !refused; ++i) {
        try {
          running.register_activity("a-" + std::to_string(thread) + "-" + std::to_string(i),
                                    [](activity_context&, json_text text) { return text; });
          ++registered;
        } catch (const configuration_error& e) {
          CHECK(e.kind() == error_kind::invalid_argument);
          refused = true;
        }
      }
    });
  REQUIRE(eventually([&] { return registered > 100; }));
  running.start();
  for (auto& each : threads) each.join();
  CHECK(refused);
  running.client().start(quick, "q", 1);
  CHECK(running.client().instance(quick, "q").result(patience) == 2);
}

}  // namespace duroxide::laws_of_a_closed_door
