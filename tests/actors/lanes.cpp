// Journals of several lanes commit side by side when many turns wait, and whichever of them writes a turn,
// the outcome is the same (I2, I3).
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <array>
#include <atomic>

namespace duroxide::laws_of_lanes {
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

// A runtime of three lanes to which a family of many children comes, again and again until `enough`: the
// first turns of all children are made before any lane commits one of them. Which lanes then get some depends
// on when those turns reach the journals, hence more than one family.
class crowded_runtime {
public:
  using answers = std::function<std::optional<store_error>(std::uint32_t lane)>;

  // `answer`: to each commit of children, by its lane.
  explicit crowded_runtime(answers answer) : answer_(std::move(answer)) {
    first_turns = 0;
    injected_->before_lane = [this](std::uint32_t lane, const commit_batch& batch) {
      return before_commit(lane, batch);
    };
    runtime_options options = verified();
    options.journal_lanes = commits_.size();
    running_.emplace(with_faults(store_.open(), injected_), options);
    running_->register_activity(twice, [](activity_context&, int n) { return n * 2; });
    running_->register_orchestration(family, run_family);
    running_->register_orchestration(child, run_child);
    running_->start();
  }

  void run_until(const std::function<bool()>& enough) {
    client elsewhere(store_.open());  // one of the runtime would be told when that loses its ownership
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!enough() && std::chrono::steady_clock::now() < until) {
      std::string instance = "family-" + std::to_string(++families_);
      elsewhere.start(family, instance);
      CHECK(elsewhere.instance(family, instance).result(patience) == crowd * (crowd - 1));
    }
    CHECK(enough());
    CHECK(gathered_in_time_);
  }
  int commits(std::uint32_t lane) const { return commits_[lane]; }
  int joins() const { return injected_->joins; }

private:
  std::optional<store_error> before_commit(std::uint32_t lane, const commit_batch& batch) {
    ++commits_[lane];
    const bool of_a_child =
        !batch.turns.empty() && batch.turns.front()->instance.find("::") != std::string::npos;
    if (!of_a_child) return std::nullopt;
    if (!eventually([this] { return first_turns >= crowd * families_; }, patience)) gathered_in_time_ = false;
    return answer_(lane);
  }

  test_store store_;
  std::shared_ptr<faults> injected_ = std::make_shared<faults>();
  answers answer_;
  std::atomic<int> families_ = 0;
  std::array<std::atomic<int>, 3> commits_ = {};
  std::atomic<bool> gathered_in_time_ = true;
  std::optional<runtime> running_;
};

LAW("when many turns wait, every lane writes some, and each turn is written once") {
  crowded_runtime crowded([](std::uint32_t) { return std::nullopt; });
  crowded.run_until(
      [&] { return crowded.commits(0) > 0 && crowded.commits(1) > 0 && crowded.commits(2) > 0; });
  CHECK(crowded.joins() == 1);
}

// The lane's first commit of a crowd fails, and every outcome is right all the same.
void survives(std::uint32_t failing_lane, commit_certainty certainty) {
  std::atomic<bool> told = false;
  crowded_runtime crowded([&](std::uint32_t lane) -> std::optional<store_error> {
    if (lane != failing_lane || told.exchange(true)) return std::nullopt;
    return store_error{certainty, error_kind::store_unavailable, "injected"};
  });
  crowded.run_until([&] { return told.load(); });
  CHECK(crowded.joins() == (certainty == commit_certainty::not_done ? 1 : 2));
}

LAW("a lane that cannot commit for a while keeps what it was handed, and tries again") {
  survives(1, commit_certainty::not_done);
}
LAW("a lane that is fenced, or in doubt, takes the others with it, and all begin again") {
  survives(0, commit_certainty::fenced);
  survives(1, commit_certainty::fenced);
  survives(2, commit_certainty::unknown);
}

}  // namespace
}  // namespace duroxide::laws_of_lanes
