// A crash at every durable point of many workflows, in the real runtime with its threads, on real stores.
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/stores.hpp"
#include "tests/testing/mortal_process.hpp"
#include "tests/testing/scenarios.hpp"

#include <chrono>
#include <iostream>

namespace laws_of_crash_points {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;
// Which turns are written together differs between runs. A write that so many of them do not come to is none.
constexpr int tries = 3;

struct tally {
  std::uint64_t crashes = 0;  // runs with one
  std::uint64_t ended = 0;    // runs that came to their end before the write at which they were to die
};

// What one run did.
struct run_report {
  std::string outcome;
  std::uint64_t writes = 0;  // of the first process
  bool died = false;
};

std::string outcome_of(client& caller, const std::string& instance) {
  const instance_status status = caller.instance(instance).status();
  return status.error ? status.error->message : status.output;
}

// All runs share the store, as processes do that follow one another.
class crash_runs {
public:
  // Whether runs come to that write, and die; and what comes of it.
  bool reach(const scenario& given, fatal_write write) {
    INFO(given.name << ", a crash " << (write.after ? "after" : "before") << " write " << write.number);
    for (int i = 0; i < tries; ++i) {
      const run_report report = run(given, write);
      CHECK(report.outcome == given.expected);
      ++(report.died ? count_.crashes : count_.ended);
      if (report.died) return true;
      CHECK(report.writes < write.number);
    }
    return false;
  }
  const tally& count() const { return count_; }

private:
  // A process that dies at the write, and one that takes over.
  run_report run(const scenario& given, fatal_write write) {
    const std::string id = "w" + std::to_string(++runs_);
    given.begins(outside_, id);
    std::vector<std::string> open{id};
    for (const std::string& each : given.launched) open.push_back(id + each);
    mortal_process first(store_.open(), given.registers, write);
    REQUIRE(testing_support::eventually([&] { return first.dead() || have_ended(open); }, patience));
    first.end();
    if (first.dead()) {
      const mortal_process second(store_.open(), given.registers, std::nullopt);
      REQUIRE(testing_support::eventually([&] { return have_ended(open); }, patience));
    }
    return {outcome_of(outside_, id), first.writes(), first.dead()};
  }
  bool have_ended(std::vector<std::string>& open) {
    while (!open.empty() && is_terminal(outside_.instance(open.back()).status().status)) open.pop_back();
    return open.empty();
  }

  testing_support::test_store store_;
  client outside_{store_.open()};
  std::uint64_t runs_ = 0;
  tally count_;
};

std::vector<scenario> scenarios() {
  std::vector<scenario> all = samples();
  all.push_back(everything_in_turn());
  all.push_back(asks_an_actor());
  // To open PostgreSQL, twice in each run, takes long.
  const std::size_t more = testing_support::store_kind() == "PostgreSQL" ? 1 : 6;
  for (scenario& each : drawn(more)) all.push_back(std::move(each));
  return all;
}

}  // namespace

LAW("a crash before and after every durable write of a workflow changes nothing of its outcome") {
  crash_runs runs;
  for (const scenario& each : scenarios()) {
    const tally before = runs.count();
    std::uint64_t write = 0;
    do ++write;
    while (runs.reach(each, {write, false}) && runs.reach(each, {write, true}));
    std::cout << each.name << ": " << runs.count().crashes - before.crashes << " crashes\n";
    CHECK(runs.count().crashes - before.crashes >= 4);
  }
  std::cout << "on " << testing_support::store_kind() << ": " << runs.count().crashes
            << " runs with one crash each, and " << runs.count().ended << " that ended before it\n";
}

}  // namespace laws_of_crash_points
