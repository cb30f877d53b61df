// Recorded histories against other code.
#include "tests/support/catch.hpp"
#include "tests/support/stores.hpp"
#include "tests/testing/subscription.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

task<std::string> changed_subscribe(orchestration_context ctx, std::string who) {
  co_await ctx.schedule_activity(send_mail, "please confirm, " + who);
  co_return "other";
}

void register_changed(runtime& in) {
  in.register_orchestration(subscribe, changed_subscribe);
  in.register_orchestration(bill, [](orchestration_context, int month) -> task<int> { co_return month; });
}

// One that has ended, and one that waits.
void write_history(const std::string& file) {
  testing::environment it(register_all);
  it.client().start_orchestration(bill, "ended", 1);
  it.client().start_orchestration(subscribe, "open", "Ada");
  it.advance(1h);
  it.client().admin().export_instances(file);
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
    live.client().start_orchestration(subscribe, "open", "Ada");
    live.client().wait_for_status_change("open", 0, 30s);
    std::ostringstream while_it_runs;
    CHECK(testing::gate("sqlite:" + file, register_all, while_it_runs) == 0);
  }
  std::ostringstream good, bad;
  CHECK(testing::gate("sqlite:" + file, register_all, good) == 0);
  CHECK_THAT(good.str(), Contains("ok") && Contains("1 open instances, 0 do not match"));
  CHECK(testing::gate("sqlite:" + file, register_changed, bad) == 1);
  CHECK_THAT(bad.str(), Contains("MISMATCH  open  Subscribe@1.0.0") && Contains("1 do not match"));
  CHECK(client(sqlite_provider::open(file)).get_status("open").status == runtime_status::running);
}

LAW("the gate says that it cannot look at what is not there") {
  testing_support::temporary_folder folder;
  std::ostringstream report;
  CHECK(testing::gate("sqlite:" + folder.file("none.db"), register_all, report) == 2);
  CHECK_THAT(report.str(), Contains("there is no database"));
  CHECK_FALSE(std::filesystem::exists(folder.file("none.db")));
}
