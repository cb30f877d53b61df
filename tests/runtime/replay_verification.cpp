// The free verifier: whether code agrees with a history that has ended, or that goes on.
#include "runtime/replay_verification.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_replay_verification {

using namespace duroxide;
using namespace duroxide::test;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;
using verifier = std::optional<error_details> (*)(internal::execution_state&, std::vector<history_event>);

constexpr activity<int(int)> step{"step"};

task<int> takes_one_step(ctx_t ctx, int input) {
  const int result = co_await ctx.schedule_activity(step, input);
  if (result < 0) throw std::runtime_error("below zero");
  co_return result;
}

task<int> fails_with_a_stack(ctx_t, int input) {
  if (input != 0)
    throw error({error_category::application,
                 error_kind::orchestration_failed,
                 "no",
                 {},
                 true,
                 "ValueError",
                 "line 7"});
  co_return input;
}

// The difference, or nothing.
std::string difference(verifier verify, const std::vector<std::string>& lines) {
  std::vector<history_event> history;
  for (const std::string& line : lines) history.push_back(parse_event(line));
  internal::execution_state fresh({"i", 1, "it", "1.0.0"}, code(takes_one_step), {});
  const auto found = verify(fresh, std::move(history));
  return found ? found->message : std::string();
}

std::string at_the_end(const std::string& last) {
  return difference(internal::replay_to_the_end,
                    {"1 started it 7", "2 activity step 7", "3 completed 2 8", last});
}

}  // namespace

LAW("a history that has ended as its code ends has no difference") { CHECK(at_the_end("4 ends 8").empty()); }

LAW("code that ends otherwise than its history differs from it, and it is said how") {
  CHECK_THAT(at_the_end("4 ends 9"), Contains("the history ended with '9', but the code with '8'"));
  CHECK_THAT(at_the_end("4 ends_failed no"),
             Contains("the history ended with 'no', but the code with success"));
  CHECK_THAT(at_the_end("4 continued 8"),
             Contains("the history ended with '8' as new, but the code does not continue as new"));
}

LAW("code that fails with another type or stack than its history does not differ from it") {
  const auto difference_to = [](const std::string& message) {
    std::vector<history_event> history{parse_event("1 started it 7"), parse_event("2 ends_failed no")};
    history.back().error = error_details{error_category::application,
                                         error_kind::orchestration_failed,
                                         message,
                                         "it",
                                         true,
                                         "KeyError",
                                         "line 8"};
    internal::execution_state fresh({"i", 1, "it", "1.0.0"}, code(fails_with_a_stack), {});
    const auto found = internal::replay_to_the_end(fresh, std::move(history));
    return found ? found->message : std::string();
  };
  CHECK(difference_to("no").empty());
  CHECK_THAT(difference_to("yes"), Contains("the history ended with 'yes', but the code with 'no'"));
}

LAW("code that waits where its history has ended differs from it") {
  const auto waits = [](const char* last) {
    return difference(internal::replay_to_the_end, {"1 started it 7", "2 activity step 7", last});
  };
  CHECK_THAT(waits("3 ends 8"), Contains("the history ended with '8', but the code waits"));
  CHECK_THAT(waits("3 ends_failed no"), Contains("the history failed with 'no', but the code waits"));
}

LAW("an end that comes from outside is not asked of the code") {
  CHECK(at_the_end("4 ends_cancelled enough").empty());
  CHECK(at_the_end("4 ends_failed poison/attempts_exhausted died too often").empty());
}

LAW("a history that goes on agrees with code that waits there, also before its first turn") {
  CHECK(difference(internal::replay_to_the_wait, {"1 started it 7", "2 activity step 7"}).empty());
  CHECK(difference(internal::replay_to_the_wait, {"1 started it 7"}).empty());
}

LAW("code that has ended where its history goes on differs from it") {
  CHECK_THAT(
      difference(internal::replay_to_the_wait, {"1 started it 7", "2 activity step 7", "3 completed 2 8"}),
      Contains("the history is open behind event 3, activity_completed") &&
          Contains("but the code has ended"));
}

}  // namespace laws_of_replay_verification
