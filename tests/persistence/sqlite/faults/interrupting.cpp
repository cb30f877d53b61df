#include "tests/persistence/sqlite/faults/interrupting.hpp"

#include "tests/support/catch.hpp"

#include <set>

namespace duroxide::persistence_tests {

namespace sqlite = persistence::sqlite;

namespace {

// The store is as it was after one of these steps.
struct expectation {
  std::size_t first = 0;
  std::size_t last = 0;
};

class rounds {
public:
  rounds(faulty_disk& disk, const disk_fault& fault, const std::function<void(const store_error&)>& judge)
      : disk_(disk), fault_(fault), judge_(judge) {
    disk_.put({});
    day_ = live_through(disk_, working_day());
  }

  void run() {
    do {
      ++fault_.nth;
    } while (round());
    CHECK(fault_.nth > 1);  // the fault came at least once
  }

private:
  // False if no step made so many calls.
  bool round() {
    bool came = false;
    disk_.put({});
    process worker{disk_.file(store_name)};
    for (std::size_t i = 0; i < working_day().size(); ++i) {
      INFO("call " << fault_.nth << " of step " << i << ", " << working_day()[i].name);
      disk_.fail(fault_);
      const auto failure = working_day()[i].run(worker);
      came = came || disk_.has_failed();
      const bool undisturbed = !disk_.has_failed();
      disk_.heal();
      if (undisturbed) {
        REQUIRE_FALSE(failure.has_value());
        continue;
      }
      if (failure) fail_truly(worker, i, *failure);
      look({i, i}, "a power cut that takes all", disk_.after_cut(0));
    }
    return came;
  }

  void fail_truly(process& worker, std::size_t i, const store_error& failure) {
    INFO(failure.message);
    REQUIRE(
        (failure.certainty == commit_certainty::not_done || failure.certainty == commit_certainty::unknown));
    judge_(failure);
    // A process that finds the store gives it the schema, so there is nothing before the first step.
    const std::size_t before = i == 0 ? 0 : i - 1;
    look_elsewhere({before, failure.certainty == commit_certainty::unknown ? i : before});
    // What this process sees has been rolled back, whatever the next one will find.
    if (worker.store) REQUIRE(contents(*worker.store->reading()) == day_.milestones[before].contents);
    const auto again = working_day()[i].run(worker);
    INFO((again ? again->message : ""));
    REQUIRE_FALSE(again.has_value());
  }

  // The process is killed, or the power is cut; of the many writes each is followed by one of them.
  void look_elsewhere(const expectation& expected) {
    const bool is_rare = fault_.call != disk_call::write;
    ++looked_;
    if (is_rare || looked_ % 2 == 0) look(expected, "a killed process", files_without_memory());
    if (is_rare || looked_ % 2 == 1) look(expected, "a power cut", disk_.after_cut(fault_.nth + 1));
    look(expected, "a power cut that takes all", disk_.after_cut(0));
  }

  disk_image files_without_memory() const {
    disk_image files = disk_.files();
    files.erase(std::string(store_name) + "-shm");
    return files;
  }

  void look(const expectation& expected, const char* after, const disk_image& left) {
    INFO("what is left by " << after);
    const std::string looked =
        std::to_string(expected.first) + "," + std::to_string(expected.last) + fingerprint(left);
    if (!seen_.insert(looked).second) return;
    elsewhere_.put(left);
    const std::string found = contents(*sqlite::store::open(elsewhere_.file(store_name), {})->writing());
    REQUIRE((found == day_.milestones[expected.first].contents ||
             found == day_.milestones[expected.last].contents));
  }

  faulty_disk& disk_;
  faulty_disk elsewhere_;  // of a machine that looks at what is left, while the process goes on
  disk_fault fault_;
  const std::function<void(const store_error&)>& judge_;
  past day_;
  std::set<std::string> seen_;
  std::uint64_t looked_ = 0;
};

}  // namespace

void interrupt_every_call(faulty_disk& disk, const disk_fault& fault,
                          const std::function<void(const store_error&)>& judge) {
  disk_fault first = fault;
  first.nth = 0;
  rounds(disk, first, judge).run();
}

}  // namespace duroxide::persistence_tests
