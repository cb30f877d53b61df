// What one sees of many others: who is committed first when more waits than a batch may have. The store makes
// each commit wait until all turns that can be made have been made, so that it does not depend on who is
// fast.
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace duroxide::laws_of_fairness {
namespace {

using namespace testing_support;

constexpr std::size_t crowd = 120;
constexpr std::size_t batch_limit = 6;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> order{"Order"};
constexpr orchestration<int(int)> stream{"Stream"};
constexpr orchestration<int(int)> single{"Single"};

std::atomic<std::size_t> turns_made = 0;
std::atomic<bool> single_began = false;

void made_a_turn(const orchestration_context& ctx) {
  if (!ctx.is_replaying()) ++turns_made;
}

task<int> run_order(orchestration_context ctx, int n) {
  made_a_turn(ctx);
  for (int i = 0; i < 5; ++i) {
    n = co_await ctx.schedule_activity(step, n);
    made_a_turn(ctx);
  }
  co_return n;
}

task<int> run_stream(orchestration_context ctx, int n) {
  made_a_turn(ctx);
  if (n == 30) co_return n;
  co_return ctx.continue_as_new(n + 1);
}

task<int> run_single(orchestration_context, int n) {
  single_began = true;
  co_return n;
}

// Holds each commit as it says, and counts.
class watched_store {
public:
  watched_store() {
    turns_made = 0;
    single_began = false;
    watched_->before_commit = [this](const commit_batch& batch) {
      before_commit(batch);
      return std::optional<store_error>();
    };
    runtime_options options = verified();
    options.commit_batch_limit = batch_limit;
    options.journal_lanes = 1;
    running_.emplace(with_faults(store_.open(), watched_), options);
    running_->register_activity(step, [](activity_context&, int n) { return n + 1; });
    running_->register_orchestration(order, run_order);
    running_->register_orchestration(stream, run_stream);
    running_->register_orchestration(single, run_single);
    running_->start();
  }

  client caller() { return running_->client(); }
  void start_crowd(const orchestration<int(int)>& contract) {
    std::vector<std::future<async_typed_handle<int>>> started;
    for (std::size_t i = 0; i < crowd; ++i) started.push_back(caller().async().start(contract, id_of(i), 0));
    for (auto& each : started) CHECK(each.get().was_started());
  }
  void expect_ends(const orchestration<int(int)>& contract, int result) {
    for (std::size_t i = 0; i < crowd; ++i)
      CHECK(caller().instance(contract, id_of(i)).result(patience) == result);
    CHECK(in_time_);
  }

  void hold() { held_ = true; }
  void go_on() { held_ = false; }
  // Each of the crowd has a turn that is not committed, or has ended.
  bool all_wait() const { return turns_made == given_ + crowd - ended_; }
  std::size_t batches_until_first_end() const { return first_end_; }
  std::size_t batches_until_single() const { return single_at_; }
  metrics_snapshot now() const { return running_->metrics(); }
  std::size_t most_waiting_starts() const { return most_starts_; }
  std::size_t most_waiting_turns() const { return most_turns_; }

private:
  static std::string id_of(std::size_t i) { return "crowd-" + std::to_string(i); }

  void before_commit(const commit_batch& batch) {
    if (!eventually([this] { return all_wait() && !held_; }, patience)) in_time_ = false;
    ++batches_;
    if (batches_ > 1) {  // before, the runtime may still be being made
      most_starts_ = std::max<std::size_t>(most_starts_, now().waiting_starts);
      most_turns_ = std::max<std::size_t>(most_turns_, now().waiting_turns);
    }
    for (const auto& turn : batch.turns) {
      if (turn->instance == "single" && single_at_ == 0) single_at_ = batches_ - batches_before_single_;
      if (!turn->instance.starts_with("crowd-")) continue;
      ++given_;
      if (!turn->ends || turn->begins) continue;
      ++ended_;
      if (first_end_ == 0) first_end_ = batches_.load();
    }
    if (!single_began) batches_before_single_ = batches_.load();
  }

  test_store store_;
  std::shared_ptr<faults> watched_ = std::make_shared<faults>();
  std::atomic<bool> held_ = false;
  std::atomic<bool> in_time_ = true;
  std::atomic<std::size_t> batches_ = 0;
  std::atomic<std::size_t> batches_before_single_ = 0;
  std::atomic<std::size_t> given_ = 0;
  std::atomic<std::size_t> ended_ = 0;
  std::atomic<std::size_t> first_end_ = 0;
  std::atomic<std::size_t> single_at_ = 0;
  std::atomic<std::size_t> most_starts_ = 0;
  std::atomic<std::size_t> most_turns_ = 0;
  std::optional<runtime> running_;
};

LAW("of many orders that start at once, the first one ends long before the last one has begun") {
  watched_store store;
  store.start_crowd(order);
  store.expect_ends(order, 5);
  // All have to begin in turn otherwise, which takes twenty batches, and six times that.
  CHECK(store.batches_until_first_end() < crowd / batch_limit);
}

LAW("a start is committed soon, however many instances continue as new without a pause") {
  watched_store store;
  store.start_crowd(stream);
  store.hold();
  REQUIRE(eventually([&] { return store.all_wait(); }, patience));
  auto started = store.caller().async().start(single, "single", 7);
  REQUIRE(eventually([] { return single_began.load(); }, patience));
  store.go_on();
  CHECK(started.get().was_started());
  CHECK(store.batches_until_single() <= 4);
  CHECK(store.caller().instance(single, "single").result(patience) == 7);
  store.expect_ends(stream, 30);
}

LAW("how many turns wait for a commit is told, starts apart from others") {
  watched_store store;
  store.start_crowd(order);
  store.expect_ends(order, 5);
  CHECK(store.most_waiting_starts() > crowd / 2);
  CHECK(store.most_waiting_turns() > crowd / 2);
  CHECK(eventually([&] { return store.now().waiting_starts == 0 && store.now().waiting_turns == 0; }));
}

}  // namespace
}  // namespace duroxide::laws_of_fairness
