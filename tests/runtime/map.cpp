// Branches that are chosen at run time: what is mapped to one type, and kept in one vector.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

#include <stdexcept>

namespace laws_of_map {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr event<std::string> note{"note"};

std::string decimal(int n) { return std::to_string(n); }

std::string time_is_up() { return "time"; }

int refuse(int) { throw std::runtime_error("no such number"); }

std::string same(std::string text) { return text; }

task<std::string> one_mapped(ctx_t ctx) { co_return co_await map(ctx.schedule_activity(step, 1), decimal); }

task<std::string> without_a_value(ctx_t ctx) { co_return co_await map(ctx.schedule_timer(5ms), time_is_up); }

task<int> to_nothing(ctx_t ctx) {
  int seen = 0;
  const auto note_value = [&seen](int n) { seen = n; };
  co_await map(ctx.schedule_activity(step, 1), note_value);
  co_return seen;
}

task<std::string> throwing(ctx_t ctx) {
  auto outcome = co_await settle(map(ctx.schedule_activity(step, 1), refuse));
  if (outcome) co_return "nothing";
  co_return outcome.error().message();
}

std::vector<durable<std::string>> chosen(ctx_t ctx, std::string kinds) {
  std::vector<durable<std::string>> branches;
  for (const char kind : kinds) {
    switch (kind) {
    case 'a': branches.push_back(map(ctx.schedule_activity(step, 1), decimal)); break;
    case 't': branches.push_back(map(ctx.schedule_timer(5ms), time_is_up)); break;
    case 'e': branches.push_back(ctx.wait_for_event(note)); break;
    default: branches.push_back(map(race(chosen(ctx, "at")), [](auto first) { return first.value; }));
    }
  }
  return branches;
}

task<std::string> first_of(ctx_t ctx, std::string kinds) {
  auto branches = chosen(ctx, kinds);
  auto first = co_await race(std::move(branches));
  co_return std::to_string(first.index) + " gives " + first.value;
}

task<std::string> all_of(ctx_t ctx, std::string kinds) {
  auto branches = chosen(ctx, kinds);
  auto values = co_await all(std::move(branches));
  std::string text;
  for (const std::string& value : values) text += value + ";";
  co_return text;
}

task<std::string> given_away_before(ctx_t ctx) {
  auto call = ctx.wait_for_event(note);
  durable<std::string> branch(std::move(call));
  auto again = std::move(branch);
  co_return co_await map(std::move(branch), same);
}

}  // namespace

LAW("a mapped branch gives what the function makes of its value") {
  CHECK(story(code(one_mapped), "null", {"completed 2 7"}) ==
        lines("1 started it null", "2 activity step 1", "3 completed 2 7", "4 ends '7'"));
  CHECK(story(code(without_a_value), "null", {"fired 2"}).ends_with("ends 'time'"));
  CHECK(story(code(to_nothing), "null", {"completed 2 7"}).ends_with("ends 7"));
}

LAW("a mapped branch fails as its branch does, and the function is not called") {
  CHECK(story(code(one_mapped), "null", {"failed 2 broken"})
            .ends_with("ends_failed application/activity_failed broken"));
}

LAW("what the function throws is the failure of the mapped branch") {
  CHECK(story(code(throwing), "null", {"completed 2 7"}).ends_with("ends 'no such number'"));
}

LAW("branches of several kinds that are chosen at run time race in one vector") {
  CHECK(story(code(first_of), R"("ate")", {"completed 2 7"}).ends_with("ends '0 gives 7'"));
  CHECK(story(code(first_of), R"("ate")", {"fired 3"}).ends_with("ends '1 gives time'"));
  CHECK(story(code(first_of), R"("ate")", {R"(raised note "hi")"}).ends_with("ends '2 gives hi'"));
}

LAW("races that are chosen at run time nest, and their losers are cancelled") {
  CHECK(story(code(first_of), R"("rr")", {"fired 5"}).ends_with("ends '1 gives time'"));
  replay_kit kit(code(first_of));
  kit.start(R"("ra")");
  kit.when("completed 4 9");
  CHECK(kit.effects() ==
        lines("finished 4", "cancel_activity 2", "cancel_timer 3", "ends completed '1 gives 9'"));
}

LAW("branches that are chosen at run time are awaited together, in their order") {
  CHECK(story(code(all_of), R"("tae")", {R"(raised note "hi")", "completed 3 7", "fired 2"})
            .ends_with("ends 'time;7;hi;'"));
  CHECK(story(code(all_of), R"("")", {}).ends_with("ends ''"));
}

LAW("a branch that was given away before cannot be mapped") {
  replay_kit kit(code(given_away_before));
  kit.start("null");
  CHECK_THAT(kit.history(), Catch::Contains("ends_failed configuration/invalid_argument"));
}

}  // namespace laws_of_map
