#include "bench/floor.hpp"

#include "bench/bare_store.hpp"
#include "bench/elapsed.hpp"
#include "bench/stop.hpp"

#include <chrono>
#include <memory>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t at_once = 500;
constexpr double long_enough = 1.0;  // seconds

bool goes_on(clock::time_point began) { return seconds_since(began) < long_enough && !asked_to_stop(); }

// Gives rows their numbers. Rows of work go in the order in which they came.
class rows {
public:
  bare_commit turn_of(const row_counts& each, std::size_t instances) {
    bare_commit made;
    made.history_bytes = each.history_bytes;
    const auto numbers = [](std::vector<std::int64_t>& to, std::size_t count, std::int64_t& last) {
      for (std::size_t i = 0; i < count; ++i) to.push_back(++last);
    };
    numbers(made.instances, each.instances * instances, instance_);
    std::int64_t updated = before_batch_;
    numbers(made.updates, each.updates * instances, updated);
    for (std::size_t i = 0; i < each.history * instances; ++i)
      made.history.push_back(before_batch_ + 1 + static_cast<std::int64_t>(i) % (instance_ - before_batch_));
    numbers(made.work, each.work * instances, work_);
    numbers(made.done, each.done * instances, done_);
    return made;
  }
  void next_batch() { before_batch_ = instance_; }

private:
  std::int64_t instance_ = 0;
  std::int64_t before_batch_ = 0;
  std::int64_t work_ = 0;
  std::int64_t done_ = 0;
};

}  // namespace

double floor_per_second(const std::string& store, const std::vector<row_counts>& turns) {
  const std::unique_ptr<bare_store> bare = open_bare_store(store);
  rows numbered;
  std::size_t instances = 0;
  const auto began = clock::now();
  do {
    for (const row_counts& each : turns)
      for (std::size_t i = 0; i < each.times; ++i) bare->write(numbered.turn_of(each, at_once));
    numbered.next_batch();
    instances += at_once;
  } while (goes_on(began));
  return static_cast<double>(instances) / seconds_since(began);
}

double floor_commits_per_second(const std::string& store, std::size_t rows) {
  const std::unique_ptr<bare_store> bare = open_bare_store(store);
  std::int64_t last = 0;
  std::size_t commits = 0;
  const auto began = clock::now();
  do {
    bare_commit next;
    for (std::size_t i = 0; i < rows; ++i) next.history.push_back(++last);
    bare->write(next);
    ++commits;
  } while (goes_on(began));
  return static_cast<double>(commits) / seconds_since(began);
}

}  // namespace duroxide::bench
