// An answer of the wrong kind in history.
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_misplaced_answers {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {
using ctx_t = orchestration_context;
constexpr activity<void(int)> step{"step"};
constexpr orchestration<void(int)> part{"part"};
constexpr event<int> note{"note"};

task<void> awaits_one(ctx_t ctx, int choice) {
  if (choice == 0) co_await ctx.schedule_activity(step, 1);
  if (choice == 1) co_await ctx.schedule_timer(5ms);
  if (choice == 2) co_await ctx.schedule_sub_orchestration(part, 1);
  if (choice == 3) co_await ctx.wait_for_event(note);
}
}  // namespace

LAW("an answer of the wrong kind in history is a mismatch") {
  const char* scheduled[] = {"2 activity step 1", "2 timer @1005", "2 child part id=i::sub::2 1",
                             "2 wait note"};
  const char* answers[] = {"3 completed 2 null", "3 fired 2", "3 child_completed 2 null"};
  for (std::size_t choice = 0; choice < 4; ++choice) {
    for (std::size_t answer = 0; answer < 3; ++answer) {
      if (choice == answer) continue;
      replay_kit kit(code(awaits_one));
      kit.given("1 started it " + std::to_string(choice), scheduled[choice], answers[answer]);
      kit.when();
      INFO(scheduled[choice] << " / " << answers[answer] << " -> " << kit.outcome());
      CHECK((kit.ended() && kit.last().ends->error && kit.error().kind == error_kind::nondeterminism));
    }
  }
}

}  // namespace laws_of_misplaced_answers
