// A store that a build before wrote, with instances that run.
#include "duroxide/sqlite_provider.hpp"
#include "persistence/sqlite/schema.hpp"
#include "tests/actors/fixture.hpp"
#include "tests/persistence/sqlite/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace duroxide::laws_of_upgrade {
namespace {

using namespace testing_support;
namespace sqlite = duroxide::persistence::sqlite;

constexpr activity<int(int)> add_one{"add_one"};
constexpr activity<int(int)> later{"later"};
constexpr event<int> go{"go"};
constexpr event_queue<int> numbers{"numbers"};
constexpr orchestration<int(int)> waits_for_event{"WaitsForEvent"};
constexpr orchestration<int(int)> waits_for_timer{"WaitsForTimer"};
constexpr orchestration<int(int)> takes_numbers{"TakesNumbers"};
constexpr orchestration<int(int)> parent{"Parent"};
constexpr orchestration<int(int)> waits_for_activity{"WaitsForActivity"};

task<int> run_waits_for_event(orchestration_context ctx, int n) {
  int more = co_await ctx.schedule_activity(add_one, n);
  ctx.set_custom_status("waiting");
  ctx.set_kv_value("seen", more);
  int got = co_await ctx.wait_for_event(go);
  ctx.set_label("got", got);  // which the build before did not know
  co_return more + got;
}

task<int> run_waits_for_timer(orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(20s);
  int more = co_await ctx.schedule_activity(add_one, n);
  co_return more;
}

task<int> run_takes_numbers(orchestration_context ctx, int n) {
  int first = co_await ctx.dequeue_event(numbers);
  int got = co_await ctx.wait_for_event(go);
  int second = co_await ctx.dequeue_event(numbers);
  co_return n + 10 * first + 100 * second + got;
}

task<int> run_parent(orchestration_context ctx, int n) {
  int of_child = co_await ctx.schedule_sub_orchestration(waits_for_event, n);
  co_return of_child * 2;
}

task<int> run_waits_for_activity(orchestration_context ctx, int n) {
  int got = co_await ctx.schedule_activity(later, n);
  co_return got;
}

// The file that was made by the statements beside the tests of SQLite.
void make_old_store(const std::string& file) {
  std::ifstream script(std::filesystem::path(__FILE__).parent_path().parent_path() /
                       "persistence/sqlite/version_6.sql");
  std::ostringstream statements;
  statements << script.rdbuf();
  REQUIRE_FALSE(statements.str().empty());
  sqlite::database made(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  made.run_script(statements.str());
}

}  // namespace

LAW("what ran when the process of a build before died goes on under this one, from where it was") {
  const persistence_tests::temporary_folder folder;
  const std::string file = folder.file("old.db");
  make_old_store(file);
  runtime runtime(sqlite_provider::open(file), verified());
  runtime.register_activity(add_one, [](activity_context&, int n) { return n + 1; });
  runtime.register_activity(later, [](activity_context&, int n) { return n * 7; });
  runtime.register_orchestration(waits_for_event, run_waits_for_event);
  runtime.register_orchestration(waits_for_timer, run_waits_for_timer);
  runtime.register_orchestration(takes_numbers, run_takes_numbers);
  runtime.register_orchestration(parent, run_parent);
  runtime.register_orchestration(waits_for_activity, run_waits_for_activity);
  runtime.start();
  client client = runtime.client();
  CHECK(client.instance("event").status().custom_status == "waiting");
  for (const char* each : {"event", "queue", "parent::sub::2"}) client.instance(each).raise(go, 40);
  CHECK(client.instance(waits_for_event, "event").result(patience) == 42);
  CHECK(client.instance(waits_for_timer, "timer").result(patience) == 3);
  CHECK(client.instance(takes_numbers, "queue").result(patience) == 253);
  CHECK(client.instance(parent, "parent").result(patience) == 90);
  CHECK(client.instance(waits_for_activity, "activity").result(patience) == 35);
  CHECK(client.instance("ended").status().output == "6");
  // Only what has a label in its history is beyond the build before.
  const admin admin = client.admin();
  CHECK(admin.get_instance_info("event").history_format == limits::history_format);
  CHECK(admin.get_instance_info("timer").history_format == 2);
  CHECK(admin.list("got = 40").instances.size() == 2);
  CHECK(client.admin().verify().inconsistencies == 0);
}

}  // namespace duroxide::laws_of_upgrade
