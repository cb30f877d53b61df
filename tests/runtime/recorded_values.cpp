// What the context draws is recorded, and replayed; what it shows is the same hot and cold.
#include "duroxide/combinators.hpp"
#include "duroxide/limits.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

#include <regex>

namespace laws_of_recorded_values {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr activity<int(std::string)> tell{"tell"};
constexpr event<int> note{"note"};

task<std::string> draws(ctx_t ctx) {
  std::string drawn = std::to_string(ctx.utc_now().time_since_epoch().count());
  drawn += " " + ctx.new_guid();
  drawn += " " + ctx.new_guid();
  drawn += " " + std::to_string(ctx.random());
  co_await ctx.schedule_activity(tell, drawn);
  drawn += " " + std::to_string(ctx.utc_now().time_since_epoch().count());
  co_return drawn;
}

task<std::optional<std::string>> sets_status(ctx_t ctx) {
  ctx.set_custom_status("one");
  ctx.set_custom_status("two");
  co_await ctx.wait_for_event(note);
  std::string seen = ctx.get_custom_status().value_or("none");
  co_await ctx.wait_for_event(note);
  ctx.set_custom_status(seen + " and three");
  co_await ctx.wait_for_event(note);
  ctx.reset_custom_status();
  co_return ctx.get_custom_status();
}

task<std::string> carries_status(ctx_t ctx, int n) {
  if (n == 0) ctx.set_custom_status("from the first");
  if (n < 2) co_return ctx.continue_as_new(n + 1);
  co_return ctx.get_custom_status().value_or("none");
}

task<std::size_t> big_status(ctx_t ctx, std::size_t bytes) {
  ctx.set_custom_status(std::string(bytes, 'x'));
  co_return bytes;
}

task<int> tells_size(ctx_t ctx) {
  std::string sizes = std::to_string(ctx.history_size());
  co_await race(ctx.schedule_activity(step, 1), ctx.wait_for_event(note), ctx.schedule_timer(5ms));
  sizes += " " + std::to_string(ctx.history_size());
  co_return co_await ctx.schedule_activity(tell, sizes);
}

task<std::string> tells_who(ctx_t ctx) {
  std::string identity =
      ctx.instance_id() + " " + std::to_string(ctx.execution_id()) + " " + ctx.orchestration_name();
  co_return identity + " " + ctx.orchestration_version();
}

// Not deterministic on purpose: what replay sees here must not reach the history.
std::vector<bool> seen_replaying;

task<int> looks_whether_replaying(ctx_t ctx) {
  seen_replaying.push_back(ctx.is_replaying());
  int first = co_await ctx.schedule_activity(step, 1);
  seen_replaying.push_back(ctx.is_replaying());
  int second = co_await ctx.schedule_activity(step, 2);
  seen_replaying.push_back(ctx.is_replaying());
  co_return first + second;
}

task<bool> asks_for_continue_as_new(ctx_t ctx, int values) {
  bool early = ctx.continue_as_new_suggested();
  for (int i = 0; i < values; ++i) ctx.random();
  bool late = ctx.continue_as_new_suggested();
  co_return !early && late;
}

task<bool> asks_after_bytes(ctx_t ctx) {
  for (int i = 0; i < 33; ++i) ctx.set_custom_status(std::string(limits::custom_status_bytes, 'x'));
  co_return ctx.continue_as_new_suggested();
}

}  // namespace

LAW("drawn values are events of the turn, in the order of the calls") {
  replay_kit kit(code(draws));
  kit.set_time(1234);
  kit.start("null");
  REQUIRE(kit.events().size() == 6);
  CHECK(print(kit.events()[1]) == "2 now @1234");
  CHECK(kit.events()[2].kind == event_kind::guid_recorded);
  CHECK(kit.events()[3].kind == event_kind::guid_recorded);
  CHECK(kit.events()[4].kind == event_kind::random_recorded);
  CHECK(kit.drawn() == 5);
  CHECK(kit.effects() == "run 6");
}

LAW("replay sees what the first run drew, whatever the clock says then") {
  replay_kit kit(code(draws));
  kit.given("1 started it null", "2 now @7", "3 guid g1", "4 guid g2", "5 random 18446744073709551615",
            "6 activity tell '7 g1 g2 18446744073709551615'");
  kit.set_time(5000);
  kit.when("completed 6 0");
  CHECK(kit.added() == lines("7 completed 6 0", "8 now @5000", "9 ends '7 g1 g2 18446744073709551615 5000'"));
}

LAW("a new id is an RFC 4122 version 4 GUID in lower case, and each is another") {
  replay_kit kit(code(draws));
  kit.start("null");
  std::regex version_4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  CHECK(std::regex_match(kit.events()[2].data, version_4));
  CHECK(std::regex_match(kit.events()[3].data, version_4));
  CHECK(kit.events()[2].data != kit.events()[3].data);
}

LAW("the last custom status of a turn is its effect") {
  replay_kit kit(code(sets_status));
  kit.start("null");
  CHECK(kit.added() == lines("1 started it null", "2 status one", "3 status two", "4 wait note"));
  CHECK(kit.effects() == "status two");
  kit.when("raised note 1");
  CHECK(kit.effects() == "");
  kit.when("raised note 1");
  CHECK(kit.effects() == "status two and three");
  kit.when("raised note 1");
  CHECK(kit.effects() == lines("status", "ends completed null"));
}

LAW("the custom status survives continue-as-new") {
  CHECK(story(code(carries_status), "0", {}).ends_with("ends 'from the first'"));
}

LAW("replay compares that there was a status, not what it said") {
  replay_kit kit(code(sets_status));
  kit.given("1 started it null", "2 status other", "3 status words", "4 wait note", "5 raised note 1",
            "6 wait note");
  kit.when("raised note 1");
  CHECK(kit.effects() == "status words and three");
}

LAW("a custom status has at most 256 KiB") {
  replay_kit fits(code(big_status));
  fits.start("262144");
  CHECK(fits.outcome().ends_with("completed 262144"));
  replay_kit too_long(code(big_status));
  too_long.start("262145");
  CHECK(too_long.history() ==
        lines("1 started it 262145",
              "2 ends_failed application/limit_exceeded the custom status has 262145 bytes; "
              "the limit is 262144"));
}

LAW("the size of the history is the same hot and cold, drops included") {
  auto told = story(code(tells_size), "null", {"raised note 1", "completed 8 0"});
  CHECK(told == lines("1 started it null", "2 activity step 1", "3 wait note", "4 timer @1005",
                      "5 raised note 1", "6 dropped 2", "7 dropped 4", "8 activity tell '1 7'",
                      "9 completed 8 0", "10 ends 0"));
}

LAW("the context knows who and where it is") {
  replay_kit kit(code(tells_who), {.instance = "order-7", .execution = 3});
  kit.start("null");
  CHECK(kit.outcome() == "completed 'order-7 3 it 1.0.0'");
}

LAW("replaying is what history has seen before this turn") {
  auto seen = [](auto... flags) { return std::vector<bool>{flags...}; };
  kit_options hot_only{.compare_cold = false};
  seen_replaying.clear();
  replay_kit fresh(code(looks_whether_replaying), hot_only);
  fresh.start("null");
  fresh.when("completed 2 1");
  CHECK(seen_replaying == seen(false, false));
  seen_replaying.clear();
  replay_kit rebuilt(code(looks_whether_replaying), hot_only);
  rebuilt.given("1 started it null", "2 activity step 1", "3 completed 2 1", "4 activity step 2");
  CHECK(seen_replaying == seen(true, true));
  rebuilt.when("completed 4 2");
  CHECK(seen_replaying == seen(true, true, false));
}

LAW("continue-as-new is suggested from 10 000 events or 8 MiB on") {
  kit_options hot_only{.compare_cold = false};
  replay_kit few(code(asks_for_continue_as_new), hot_only);
  few.start("9998");
  CHECK(few.outcome().ends_with("completed false"));
  replay_kit many(code(asks_for_continue_as_new), hot_only);
  many.start("9999");
  CHECK(many.outcome().ends_with("completed true"));
  replay_kit large(code(asks_after_bytes), hot_only);
  large.start("null");
  CHECK(large.outcome().ends_with("completed true"));
}

}  // namespace laws_of_recorded_values
