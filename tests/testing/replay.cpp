// Recorded histories against other code.
#include "persistence/sqlite/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/stores.hpp"
#include "tests/testing/subscription.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace laws_of_replay {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

task<std::string> changed_subscribe(orchestration_context ctx, std::string subscriber) {
  co_await ctx.schedule_activity(send_mail, "please confirm, " + subscriber);
  co_return "other";
}

void register_changed(runtime& runtime) {
  runtime.register_orchestration(subscription, changed_subscribe);
  runtime.register_orchestration(bill,
                                 [](orchestration_context, int month) -> task<int> { co_return month; });
}

constexpr orchestration<std::string(std::string)> pair{"Pair"};
constexpr event<std::string> second{"second"};

// What is waited for: a confirmation and a month, and another confirmation, or less.
enum class until { all_three, one_and_second, one };

template <until When> task<std::string> run_pair(orchestration_context ctx, std::string subscriber) {
  auto first = ctx.wait_for_event(confirmed);
  auto month = ctx.schedule_timer(30 * 24h);
  auto other = ctx.wait_for_event(second);
  if (When == until::all_three)
    co_await all(all(std::move(first), std::move(month)), std::move(other));
  else if (When == until::one_and_second)
    co_await all(race(std::move(first), std::move(month)), std::move(other));
  else
    co_await race(std::move(first), std::move(month), std::move(other));
  co_return subscriber;
}

template <until When> void register_pair(runtime& runtime) {
  runtime.register_orchestration(pair, run_pair<When>);
}

// Of an instance that has got the first confirmation.
std::string pair_history() {
  testing_support::temporary_folder folder;
  testing::environment world(register_pair<until::all_three>);
  world.client().start(pair, "open", "Ada");
  world.client().instance("open").raise(confirmed, "yes");
  world.advance(1h);
  world.client().admin().export_instances(folder.file("export"));
  std::ifstream from(folder.file("export"));
  return {std::istreambuf_iterator<char>(from), {}};
}

template <until When> testing::replay_verdict verdict_of(const std::string& history) {
  std::istringstream exported(history);
  const auto verdicts = testing::replay_exported(exported, register_pair<When>);
  REQUIRE(verdicts.size() == 1);
  return verdicts[0];
}

// One that has ended, and one that waits.
void write_history(const std::string& file) {
  testing::environment world(register_all);
  world.client().start(bill, "ended", 1);
  world.client().start(subscription, "open", "Ada");
  world.advance(1h);
  world.client().admin().export_instances(file);
}

}  // namespace

LAW("exported histories match the code that wrote them") {
  testing_support::temporary_folder folder;
  write_history(folder.file("export"));
  std::ifstream exported(folder.file("export"));
  const auto verdicts = testing::replay_exported(exported, register_all);
  REQUIRE(verdicts.size() == 2);
  for (const auto& each : verdicts) {
    INFO(each.instance << ": " << each.why);
    CHECK(each.matches);
    CHECK(each.events > 1);
  }
}

LAW("changed code does not match, and the verdict says where") {
  testing_support::temporary_folder folder;
  write_history(folder.file("export"));
  std::ifstream exported(folder.file("export"));
  const auto verdicts = testing::replay_exported(exported, register_changed);
  REQUIRE(verdicts.size() == 2);
  CHECK_FALSE(verdicts[0].matches);
  CHECK_THAT(verdicts[0].why, Contains("without asking for it"));
  CHECK_FALSE(verdicts[1].matches);
  CHECK_THAT(verdicts[1].why, Contains("please confirm") && Contains("replay.cpp"));
}

LAW("code that has ended, or waits for less, where the history is open does not match") {
  const std::string history = pair_history();
  CHECK(verdict_of<until::all_three>(history).matches);
  const auto ended = verdict_of<until::one>(history);
  CHECK_FALSE(ended.matches);
  CHECK_THAT(ended.why, Contains("the history is open behind event 5") && Contains("but the code has ended"));
  const auto dropped = verdict_of<until::one_and_second>(history);
  CHECK_FALSE(dropped.matches);
  CHECK_THAT(dropped.why, Contains("whether event 3 is still waited for"));
}

LAW("an activity that is waited for and not registered is told, and is no mismatch") {
  testing_support::temporary_folder folder;
  {
    testing::environment world([](runtime& runtime) { runtime.register_orchestration(bill, run_bill); });
    world.client().start(bill, "open", 1);
    world.advance(1min);
    world.client().admin().export_instances(folder.file("export"));
  }
  std::ifstream exported(folder.file("export"));
  const auto verdicts = testing::replay_exported(
      exported, [](runtime& runtime) { runtime.register_orchestration(bill, run_bill); });
  REQUIRE(verdicts.size() == 1);
  CHECK(verdicts[0].matches);
  CHECK(verdicts[0].unregistered_activities == std::vector<std::string>{"charge"});
}

LAW("an orchestration that nobody has a handler for is no match") {
  testing_support::temporary_folder folder;
  write_history(folder.file("export"));
  std::ifstream exported(folder.file("export"));
  const auto verdicts = testing::replay_exported(exported, [](runtime&) {});
  REQUIRE(verdicts.size() == 2);
  CHECK_THAT(verdicts[0].why, Contains("not registered"));
}

LAW("what is no export is refused") {
  std::istringstream nonsense("{\"instances\": 3}");
  CHECK_THROWS_AS(testing::replay_exported(nonsense, register_all), configuration_error);
}

LAW("the gate lets a build pass that matches, stops one that does not, and changes nothing") {
  testing_support::temporary_folder folder;
  const std::string file = folder.file("gate.db");
  {
    runtime live(sqlite_provider::open(file));
    register_all(live);
    live.start();
    live.client().start(subscription, "open", "Ada");
    live.client().instance("open").wait_for_status_change(0, 30s);
    std::ostringstream while_it_runs;
    CHECK(testing::gate("sqlite:" + file, register_all, while_it_runs) == 0);
  }
  std::ostringstream good, bad;
  CHECK(testing::gate("sqlite:" + file, register_all, good) == 0);
  CHECK_THAT(good.str(), Contains("ok") && Contains("1 open instances, 0 do not match"));
  CHECK(testing::gate("sqlite:" + file, register_changed, bad) == 1);
  CHECK_THAT(bad.str(), Contains("MISMATCH  open  Subscribe@1.0.0") && Contains("1 do not match"));
  CHECK(client(sqlite_provider::open(file)).instance("open").status().status == runtime_status::running);
}

LAW("an instance that cannot be read is one line of the gate's report, beside the others") {
  testing_support::temporary_folder folder;
  const std::string file = folder.file("gate.db");
  {
    runtime live(sqlite_provider::open(file));
    register_all(live);
    live.start();
    for (const char* id : {"good", "spoilt"}) {
      live.client().start(subscription, id, "Ada");
      live.client().instance(id).wait_for_status_change(0, 30s);
    }
  }
  {
    persistence::sqlite::database db(file, SQLITE_OPEN_READWRITE);
    db.run_script("update inbox set kind = 'garbage' where instance = 'spoilt'");
  }
  std::ostringstream report;
  CHECK(testing::gate("sqlite:" + file, register_all, report) == 1);
  CHECK_THAT(report.str(), Contains("ok        good") && Contains("MISMATCH  spoilt") &&
                               Contains("2 open instances, 1 do not match"));
}

LAW("the gate says that it cannot look at what is not there") {
  testing_support::temporary_folder folder;
  std::ostringstream report;
  CHECK(testing::gate("sqlite:" + folder.file("none.db"), register_all, report) == 2);
  CHECK_THAT(report.str(), Contains("there is no database to read"));
  CHECK_FALSE(std::filesystem::exists(folder.file("none.db")));
}

}  // namespace laws_of_replay
