// Journals of several lanes commit side by side when many turns wait, and whichever of them writes a turn,
// the outcome is the same (I2, I3).
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <array>
#include <atomic>

namespace duroxide {
namespace {

using namespace testing_support;

constexpr int crowd = 1500;  // so many that the second lane, given half of them, shares with the third

constexpr activity<int(int)> twice{"twice"};
constexpr orchestration<int(int)> child{"Child"};
constexpr orchestration<int()> family{"Family"};

task<int> run_family(orchestration_context ctx) {
  std::vector<sub_orchestration_call<int>> calls;
  for (int i = 0; i < crowd; ++i) calls.push_back(ctx.schedule_sub_orchestration(child, i));
  int sum = 0;
  for (int each : co_await all(std::move(calls))) sum += each;
  co_return sum;
}

std::atomic<int> first_turns = 0;

task<int> run_child(orchestration_context ctx, int n) {
  if (!ctx.is_replaying()) ++first_turns;
  int doubled = co_await ctx.schedule_activity(twice, n);
  co_return doubled;
}

// A runtime of three lanes in which a family of many children has come together: the first turns of all of
// them are made before the first of them is committed.
class crowded_runtime {
public:
  // `answer`: to each commit after that, by its lane.
  explicit crowded_runtime(std::function<std::optional<store_error>(std::uint32_t lane)> answer) {
    first_turns = 0;
    injected_->before_commit = [this](const commit_batch& batch) -> std::optional<store_error> {
      bool of_a_child = !batch.turns.empty() && batch.turns.front()->instance != "family";
      if (of_a_child && !gathered_.exchange(true))
        gathered_in_time_ = eventually([] { return first_turns >= crowd; }, patience);
      return std::nullopt;
    };
    injected_->before_lane = [this, answer](std::uint32_t lane) -> std::optional<store_error> {
      ++commits_[lane];
      return gathered_ ? answer(lane) : std::nullopt;
    };
    runtime_options options = verified();
    options.journal_lanes = commits_.size();
    running_.emplace(with_faults(store_.open(), injected_), options);
    running_->register_activity(twice, [](activity_context&, int n) { return n * 2; });
    running_->register_orchestration(family, run_family);
    running_->register_orchestration(child, run_child);
    running_->start();
  }

  int outcome() {
    client elsewhere(store_.open());  // one of the runtime would be told when that loses its ownership
    elsewhere.start_orchestration(family, "family");
    int sum = elsewhere.wait_for_orchestration(family, "family", patience);
    CHECK(gathered_in_time_);
    return sum;
  }
  int commits(std::uint32_t lane) const { return commits_[lane]; }
  int joins() const { return injected_->joins; }

private:
  test_store store_;
  std::shared_ptr<faults> injected_ = std::make_shared<faults>();
  std::array<std::atomic<int>, 3> commits_ = {};
  std::atomic<bool> gathered_ = false;
  std::atomic<bool> gathered_in_time_ = false;
  std::optional<runtime> running_;
};

constexpr int right_sum = crowd * (crowd - 1);

LAW("when many turns wait, every lane writes some, and each turn is written once") {
  crowded_runtime crowded([](std::uint32_t) { return std::nullopt; });
  CHECK(crowded.outcome() == right_sum);
  for (std::uint32_t lane : {0U, 1U, 2U}) CHECK(crowded.commits(lane) > 0);
  CHECK(crowded.joins() == 1);
}

// The lane's first commit of the crowd, and every outcome is right all the same.
void survives(std::uint32_t failing_lane, store_fate fate) {
  std::atomic<bool> told = false;
  crowded_runtime crowded([&](std::uint32_t lane) -> std::optional<store_error> {
    if (lane != failing_lane || told.exchange(true)) return std::nullopt;
    return store_error{fate, error_kind::store_unavailable, "injected"};
  });
  CHECK(crowded.outcome() == right_sum);
  CHECK(told);
  CHECK(crowded.joins() == (fate == store_fate::not_done ? 1 : 2));
}

LAW("a lane that cannot commit for a while keeps what it was handed, and tries again") {
  survives(1, store_fate::not_done);
}
LAW("a lane that is fenced, or in doubt, takes the others with it, and all begin again") {
  survives(0, store_fate::fenced);
  survives(1, store_fate::fenced);
  survives(2, store_fate::unknown);
}

}  // namespace
}  // namespace duroxide
