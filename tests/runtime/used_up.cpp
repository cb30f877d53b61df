// What is given away once, and what may never be written.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_what_is_used_up {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr orchestration<int(int)> part{"part"};
constexpr event<int> note{"note"};
constexpr event_queue<int> orders{"orders"};

task<int> awaits_twice(ctx_t ctx, int kind) {
  if (kind == 0) {
    auto call = ctx.schedule_activity(step, 1);
    co_await call;
    co_await call;
  }
  if (kind == 1) {
    auto call = ctx.schedule_sub_orchestration(part, 1);
    co_await std::move(call);
    co_await std::move(call);
  }
  if (kind == 2) {
    auto call = ctx.schedule_timer(5ms);
    co_await call;
    co_await call;
  }
  if (kind == 3) {
    auto call = ctx.wait_for_event(note);
    co_await call;
    co_await call;
  }
  if (kind == 4) {
    auto call = ctx.schedule_activity(step, 1).with_retry(retry_policy(2)).with_timeout(1s);
    co_await call;
    co_await call;
  }
  co_return 0;
}

task<int> gives_away_twice(ctx_t ctx, int kind) {
  auto call = ctx.schedule_activity(step, 1);
  if (kind == 0) co_await all(std::move(call), std::move(call));
  if (kind == 1) {
    auto started = ctx.start(std::move(call));
    auto again = ctx.start(std::move(call));
    co_await std::move(started);
    co_await std::move(again);
  }
  if (kind == 2) {
    auto other = std::move(call);
    co_await std::move(call).with_timeout(1s);
  }
  if (kind == 3) {
    std::vector<activity_call<int>> calls{std::move(call), std::move(call)};
    co_await race(std::move(calls));
  }
  co_return 0;
}

task<int> moves_onto_itself(ctx_t ctx, int kind) {
  if (kind == 0) {
    auto call = ctx.schedule_activity(step, 1);
    call = std::move(call).with_retry(retry_policy(2));
    co_await std::move(call);
  }
  if (kind == 1) {
    auto call = ctx.schedule_sub_orchestration(part, 1);
    call = std::move(call).with_id("mine");
    co_await ctx.start(std::move(call));
  }
  if (kind == 2) {
    auto next = ctx.continue_as_new(1);
    next = std::move(next).with_version("2.0.0");
    co_return std::move(next);
  }
  co_return 0;
}

task<std::string> catches_it(ctx_t ctx) {
  auto call = ctx.schedule_activity(step, 1);
  co_await call;
  std::string caught;
  try {
    co_await call;
  } catch (const configuration_error& e) {
    caught = std::string(to_string(e.kind()));
  }
  int n = co_await ctx.schedule_activity(step, 2);
  co_return caught + " " + std::to_string(n);
}

task<int> sets_options_on_a_name(ctx_t ctx) {
  auto call = ctx.schedule_activity(step, 1);
  call.with_tag("gpu").on_session("s1");
  call.with_retry(retry_policy(2)).with_timeout(1s);
  co_await std::move(call);
  auto child = ctx.schedule_sub_orchestration(part, 1);
  child.with_id("mine").with_version("2.0.0");
  co_await child;
  auto next = ctx.continue_as_new(1);
  next.with_version("3.0.0");
  co_return next;
}

task<int> copies(ctx_t ctx) {
  auto call = ctx.schedule_activity(step, 1);
  auto other = call;
  other.with_tag("gpu");
  auto both = co_await all(std::move(call), std::move(other));
  co_return std::get<0>(both) + std::get<1>(both);
}

// Past what the library checks, as a caller of the engine itself could.
template <detail::operation_kind kind> task<int> has_no_name(ctx_t) {
  detail::operation nameless;
  nameless.kind = kind;
  nameless.input.text = "7";
  durable<int> call(std::make_unique<detail::operation_branch<int>>(std::move(nameless)));
  bool went_on = true;
  try {
    co_await std::move(call);
  } catch (...) {
    went_on = false;
  }
  co_return went_on ? 1 : 2;
}

task<int> listens(ctx_t ctx) { co_return co_await ctx.wait_for_event(note); }

}  // namespace

LAW("a call that is awaited twice is refused as used up, and nothing is recorded of it") {
  const char* answers[] = {"completed 2 7", "child_completed 2 7", "fired 2", "raised note 7",
                           "completed 2 7"};
  for (int kind = 0; kind < 5; ++kind) {
    replay_kit kit(code(awaits_twice), {.verify_replay = true});
    kit.start(std::to_string(kind));
    kit.when(answers[kind]);
    INFO(kit.history());
    REQUIRE(kit.ended());
    CHECK(kit.error().category == error_category::configuration);
    CHECK(kit.error().kind == error_kind::invalid_argument);
    CHECK_THAT(kit.error().message, Contains("used up"));
  }
}

LAW("a call that is given to two is refused as used up") {
  for (int kind = 0; kind < 4; ++kind) {
    replay_kit kit(code(gives_away_twice), {.verify_replay = true});
    kit.start(std::to_string(kind));
    INFO(kit.history());
    REQUIRE(kit.ended());
    CHECK_THAT(kit.error().message, Contains("used up"));
  }
}

LAW("what is moved onto itself is used up, and the error says how options are set") {
  for (int kind = 0; kind < 3; ++kind) {
    replay_kit kit(code(moves_onto_itself), {.verify_replay = true});
    kit.start(std::to_string(kind));
    REQUIRE(kit.ended());
    CHECK_THAT(kit.error().message, Contains("used up"));
    if (kind < 2) CHECK_THAT(kit.error().message, Contains("call.with_retry(policy)"));
    CHECK(kit.history().find("continued") == std::string::npos);
  }
}

LAW("code that catches the refusal goes on, live and on replay") {
  CHECK(story(code(catches_it), "null", {"completed 2 7", "completed 4 8"}) ==
        lines("1 started it null", "2 activity step 1", "3 completed 2 7", "4 activity step 2",
              "5 completed 4 8", "6 ends 'invalid_argument 8'"));
}

LAW("options are set on a call that has a name") {
  CHECK(story(code(sets_options_on_a_name), "null", {"completed 2 7", "child_completed 6 7"})
            .starts_with(lines("1 started it null", "2 activity step tag=gpu session=s1 1", "3 timer @2000",
                               "4 completed 2 7", "5 dropped 3", "6 child part id=mine version=2.0.0 1",
                               "7 child_completed 6 7", "8 continued version=3.0.0 1")));
}

LAW("a copy of a call is another call") {
  replay_kit kit(code(copies));
  kit.start("null");
  kit.when("completed 2 7", "completed 3 8");
  CHECK(kit.history() == lines("1 started it null", "2 activity step 1", "3 activity step tag=gpu 1",
                               "4 completed 2 7", "5 completed 3 8", "6 ends 15"));
}

LAW("what could never be read again is not written: it ends the orchestration") {
  using enum detail::operation_kind;
  for (const bool verify : {false, true})
    for (auto* nameless : {has_no_name<activity>, has_no_name<external_event>, has_no_name<queue_message>,
                           has_no_name<sub_orchestration>}) {
      replay_kit kit(code(nameless), {.verify_replay = verify});
      kit.start("null");
      REQUIRE(kit.ended());
      CHECK(kit.error().category == error_category::configuration);
      CHECK(kit.error().kind == error_kind::invalid_argument);
      CHECK_THAT(kit.error().message, Contains("without a 'name'"));
      CHECK(kit.events().size() == 2);
    }
}

LAW("a message without a name is passed over") {
  replay_kit kit(code(listens));
  kit.start("null");
  message nameless;
  nameless.id = 7;
  nameless.kind = message_kind::event_raised;
  kit.deliver_one(nameless);
  CHECK(kit.added().empty());
  kit.when("raised note 7");
  CHECK(kit.outcome() == "completed 7");
}

}  // namespace laws_of_what_is_used_up
