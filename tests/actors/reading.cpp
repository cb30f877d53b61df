// What has to wait for the store, and does not wait for one another.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <string>

namespace duroxide::laws_of_reading {
namespace {

using namespace testing_support;

constexpr std::size_t count = 20;
constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_waiting(orchestration_context ctx, int n) { co_return n + co_await ctx.wait_for_event(go); }

std::string id_of(std::size_t i) { return "w" + std::to_string(i); }

// Instances that wait and are not in memory, and a runtime that reads them as it is told.
class sleepers {
public:
  explicit sleepers(const std::function<void()>& before_each) {
    {
      runtime before(store_.open(), verified());
      before.register_orchestration(waiting, run_waiting);
      before.start();
      for (std::size_t i = 0; i < count; ++i) before.client().start(waiting, id_of(i), static_cast<int>(i));
    }
    watched_->before_load = [before_each](const std::string&) {
      before_each();
      return std::optional<store_error>();
    };
    running_.emplace(with_faults(store_.open(), watched_), verified());
    running_->register_orchestration(waiting, run_waiting);
    running_->start();
  }

  client caller() { return running_->client(); }
  void wake_all() {
    for (std::size_t i = 0; i < count; ++i) caller().instance(id_of(i)).raise(go, 100);
  }
  void expect_ends() {
    for (std::size_t i = 0; i < count; ++i)
      CHECK(caller().instance(waiting, id_of(i)).result(patience) == static_cast<int>(i) + 100);
  }

private:
  test_store store_;
  std::shared_ptr<faults> watched_ = std::make_shared<faults>();
  std::optional<runtime> running_;
};

LAW("a question is answered while histories are read, however many there are and however long it takes") {
  std::atomic<bool> answered = false;
  std::atomic<std::size_t> begun = 0;
  sleepers all([&] {
    ++begun;
    eventually([&] { return answered.load(); }, patience);
  });
  all.wake_all();
  REQUIRE(eventually([&] { return begun > 0; }));
  auto status = all.caller().async().instance(id_of(count - 1)).status();
  CHECK(status.wait_for(patience / 2) == std::future_status::ready);
  CHECK(begun < count);
  answered = true;
  CHECK(status.get().orchestration == "Waiting");
  all.expect_ends();
}

LAW("histories are read side by side") {
  std::atomic<std::size_t> begun = 0;
  std::atomic<bool> side_by_side = true;
  sleepers all([&] {
    ++begun;
    if (!eventually([&] { return begun >= 2; }, patience / 2)) side_by_side = false;
  });
  all.wake_all();
  all.expect_ends();
  CHECK(side_by_side);
}

}  // namespace
}  // namespace duroxide::laws_of_reading
