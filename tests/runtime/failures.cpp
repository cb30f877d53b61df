// How executions fail: by their own code, by their input, and by what is no business of theirs.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_failures {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};

struct misfit {};

task<int> throws(ctx_t ctx, int choice) {
  if (choice == 1) throw std::runtime_error("a runtime error");
  if (choice == 2) throw misfit();
  if (choice == 3) throw configuration_error(error_kind::not_registered, "who?");
  if (choice == 4)
    throw error({error_category::application, error_kind::activity_failed, "mine", "elsewhere"});
  co_await ctx.schedule_timer(5ms);
  throw std::logic_error("later");
}

task<std::string> catches_everything(ctx_t ctx) {
  std::string caught = "nothing";
  try {
    auto both = co_await all(ctx.schedule_activity(step, 1), ctx.schedule_sub_orchestration(part, 2));
    caught = std::to_string(std::get<0>(both));
  } catch (...) {
    caught = "something";
  }
  co_await ctx.schedule_activity(step, 3);
  co_return caught;
}

task<std::string> catches_a_wrong_type(ctx_t ctx) {
  std::string caught;
  try {
    co_await ctx.schedule_activity(step, 1);
  } catch (const configuration_error& e) {
    caught = e.what();
  }
  co_return caught;
}

task<std::string> helper_that_throws(ctx_t ctx, int n) {
  co_await ctx.schedule_activity(step, n);
  throw std::runtime_error("from the helper");
}

task<std::string> catches_its_helper(ctx_t ctx) {
  std::string caught;
  try {
    co_await helper_that_throws(ctx, 1);
  } catch (const std::exception& e) {
    caught = e.what();
  }
  co_return caught;
}

task<int> waits(ctx_t ctx) {
  auto child = ctx.start(ctx.schedule_sub_orchestration(part, 2));
  co_return co_await ctx.schedule_activity(step, 1);
}

task<void> misnames(ctx_t ctx, int choice) {
  json_text input("1");
  if (choice == 0) co_await ctx.schedule_activity("", input);
  if (choice == 1) co_await ctx.wait_for_event("");
  if (choice == 2) co_await ctx.dequeue_event("");
  if (choice == 3) co_await ctx.schedule_sub_orchestration("", input);
  if (choice == 4) ctx.start_orchestration(part, "", 1);
  if (choice == 5) co_await ctx.schedule_sub_orchestration(part, 1).with_id("");
}

std::string first_turn_of(int choice) {
  replay_kit kit(code(throws));
  kit.start(std::to_string(choice));
  return kit.outcome();
}

}  // namespace

LAW("what the code throws is how it fails, with its kind, and with its source if it has none") {
  CHECK(first_turn_of(1) == "failed a runtime error");
  CHECK(first_turn_of(3) == "failed configuration/not_registered who?");
  CHECK(first_turn_of(4) == "failed application/activity_failed mine");
  replay_kit own(code(throws));
  own.start("1");
  CHECK(own.error().source == "it");
  replay_kit other(code(throws));
  other.start("4");
  CHECK(other.error().source == "elsewhere");
}

LAW("what is thrown and is no std::exception fails as panicked") {
  CHECK_THAT(first_turn_of(2), Contains("application/panicked") && Contains("'it' threw something"));
}

LAW("code may throw after it has waited") {
  CHECK(story(code(throws), "0", {"fired 2"}).ends_with("ends_failed later"));
}

LAW("an exception passes through tasks as through functions") {
  CHECK(story(code(catches_its_helper), "null", {"completed 2 1"}).ends_with("ends 'from the helper'"));
}

LAW("an input of the wrong type fails the execution before its code runs") {
  replay_kit kit(code(throws));
  kit.start("'one'");
  CHECK(
      kit.history().starts_with(lines("1 started it 'one'", "2 ends_failed configuration/invalid_payload ")));
  CHECK_THAT(kit.error().message, Contains("the input of orchestration 'it'") && Contains("wrong type"));
  CHECK(kit.error().source == "it");
  replay_kit malformed(code(throws));
  malformed.start("{'id':");
  CHECK_THAT(malformed.error().message, Contains("is not JSON") && Contains("at byte 6"));
}

LAW("a result of the wrong type is an exception where it is awaited") {
  replay_kit kit(code(catches_a_wrong_type));
  kit.start("null");
  kit.when("completed 2 'text'");
  CHECK_THAT(kit.outcome(), Contains("the result of 'step'") && Contains("wrong type"));
}

LAW("a failure that is not of the application ends the execution, and its code does not see it") {
  for (const char* kind : {"infrastructure/store_unavailable", "configuration/not_registered",
                           "configuration/nondeterminism", "poison/attempts_exhausted"}) {
    std::string why = std::string(kind) + " beyond the code";
    replay_kit activity(code(catches_everything));
    activity.start("null");
    activity.when("failed 2 " + why, "child_completed 3 1");
    CHECK(activity.added() == lines("4 failed 2 " + why, "5 ends_failed " + why));
    CHECK(activity.effects() == lines("finished 2", "cancel_child i::sub::3", "ends failed " + why));
    replay_kit child(code(catches_everything));
    child.start("null");
    child.when("child_failed 3 " + why);
    CHECK(child.effects() == lines("cancel_activity 2", "ends failed " + why));
  }
}

LAW("a failure of the application is the code's to catch") {
  CHECK(story(code(catches_everything), "null", {"failed 2 a", "child_completed 3 1", "completed 6 1"})
            .ends_with("ends 'something'"));
}

LAW("a name or an id that is no legal one is refused where it is given, and nothing is scheduled") {
  const char* refused[] = {"activity name is empty",      "event name is empty",  "queue name is empty",
                           "orchestration name is empty", "instance id is empty", "instance id is empty"};
  for (int choice = 0; choice < 6; ++choice) {
    replay_kit kit(code(misnames));
    kit.start(std::to_string(choice));
    CHECK_THAT(kit.outcome(), Contains("failed configuration/invalid_argument") && Contains(refused[choice]));
    CHECK(kit.events().size() == 2);
  }
}

LAW("an execution can be failed from outside, and leaves nothing running") {
  error_details why{error_category::poison, error_kind::attempts_exhausted, "ten times", "it"};
  for (bool verified : {false, true}) {
    replay_kit kit(code(waits), {.verify_replay = verified});
    kit.start("null");
    kit.fail(why);
    CHECK(kit.added() == "4 ends_failed poison/attempts_exhausted ten times");
    CHECK(kit.effects() == lines("cancel_activity 3", "cancel_child i::sub::2",
                                 "ends failed poison/attempts_exhausted ten times"));
  }
}

LAW("an execution can be failed before its first turn") {
  error_details why{error_category::configuration, error_kind::not_registered, "no handler", "it"};
  for (bool verified : {false, true}) {
    internal::execution execution({"i", 1, "it", "1.0.0"}, nullptr, {"b", verified});
    history_event started = parse_event("1 started it 7");
    execution.begin(started);
    internal::turn made = execution.fail(why, {timestamp(duration(77)), nullptr});
    CHECK(print(made.events) ==
          lines("1 started it 7", "2 ends_failed configuration/not_registered no handler"));
    CHECK(made.events.front().recorded_at == timestamp(duration(77)));
    CHECK(execution.ended());
  }
}

}  // namespace laws_of_failures
