// Completions are delivered one at a time, in history order, live and on replay alike.
#include "duroxide/combinators.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_completion_order {

using namespace duroxide;
using namespace duroxide::test;

namespace {

using ctx_t = orchestration_context;

constexpr activity<int(int)> step{"step"};
constexpr activity<int()> draw{"draw"};
constexpr event<int> note{"note"};

task<int> two_steps(ctx_t ctx, int seed) {
  int first = co_await ctx.schedule_activity(step, seed);
  int second = co_await ctx.schedule_activity(step, first);
  co_return second;
}

task<int> two_chains(ctx_t ctx) {
  auto both = co_await all(two_steps(ctx, 1), two_steps(ctx, 2));
  co_return std::get<0>(both) * 100 + std::get<1>(both);
}

// All draws look the same, so nothing but the order of completions says which is whose.
task<int> two_draws(ctx_t ctx, int weight) {
  int first = co_await ctx.schedule_activity(draw);
  int second = co_await ctx.schedule_activity(draw);
  co_return weight*(10 * first + second);
}

task<int> interleaved_draws(ctx_t ctx) {
  auto both = co_await all(two_draws(ctx, 1), two_draws(ctx, 100));
  co_return std::get<0>(both) + std::get<1>(both);
}

task<int> noted(ctx_t ctx, int weight) {
  int first = co_await ctx.schedule_activity(draw);
  int second = co_await ctx.wait_for_event(note);
  co_return weight*(10 * first + second);
}

task<int> interleaved_notes(ctx_t ctx) {
  auto both = co_await all(noted(ctx, 1), noted(ctx, 100));
  co_return std::get<0>(both) + std::get<1>(both);
}

}  // namespace

LAW("what code asks for in response stands behind the completion that it responds to") {
  replay_kit kit(code(two_chains));
  kit.start("null");
  kit.when("completed 3 20", "completed 2 10");
  CHECK(kit.history() == lines("1 started it null", "2 activity step 1", "3 activity step 2",
                               "4 completed 3 20", "5 activity step 20", "6 completed 2 10",
                               "7 activity step 10"));
  CHECK(kit.effects() == lines("run 5 7", "finished 3 2"));
}

LAW("chains side by side give the same result in every order of arrival that a history can have") {
  CHECK(story(code(two_chains), "null",
              {"completed 2 10", "completed 5 11", "completed 3 20", "completed 8 21"})
            .ends_with("ends 1121"));
  CHECK(story(code(two_chains), "null",
              {"completed 3 20", "completed 5 21", "completed 2 10", "completed 8 11"})
            .ends_with("ends 1121"));
}

LAW("operations that look alike are told apart by the order of completions, not by their ids") {
  // The second chain is ahead: events 5 and 6 are its second draw and the first chain's second draw.
  CHECK(story(code(interleaved_draws), "null",
              {"completed 3 1", "completed 2 2", "completed 5 3", "completed 7 4"})
            .ends_with("10 ends 1324"));
  CHECK(story(code(interleaved_draws), "null",
              {"completed 2 2", "completed 3 1", "completed 5 3", "completed 7 4"})
            .ends_with("10 ends 1423"));
}

LAW("interleaved waits are handed out in the order in which completions opened them") {
  CHECK(story(code(interleaved_notes), "null",
              {"completed 3 1", "completed 2 2", "raised note 3", "raised note 4"})
            .ends_with("ends 1324"));
  CHECK(story(code(interleaved_notes), "null",
              {"completed 2 2", "completed 3 1", "raised note 3", "raised note 4"})
            .ends_with("ends 1423"));
}

LAW("a history whose completions were swapped does not match") {
  replay_kit kit(code(two_chains));
  kit.given("1 started it null", "2 activity step 1", "3 activity step 2", "4 completed 2 10",
            "5 activity step 20");
  kit.when();
  CHECK(kit.ended());
  CHECK(kit.error().kind == error_kind::nondeterminism);
}

LAW("a completion is a completion of a turn, whatever else the turn brings") {
  replay_kit kit(code(two_chains));
  kit.start("null");
  kit.when("completed 2 10", "completed 3 20", "completed 5 11", "completed 7 21");
  CHECK(kit.outcome() == "completed 1121");
  CHECK(kit.messages() == "consumed 1 2 3 4");
}

}  // namespace laws_of_completion_order
