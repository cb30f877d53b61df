// A workflow that asks a durable actor, whose commands await something themselves.
#include "tests/testing/scenarios.hpp"

namespace duroxide::test {

struct tally_state {
  long count = 0;
};
BOOST_DESCRIBE_STRUCT(tally_state, (), (count))

namespace {

constexpr durable_actor<tally_state> tally{"tally"};
constexpr command<long(long)> add{"add"};
constexpr command<long()> twice{"twice"};
constexpr activity<long(long)> doubled{"doubled"};
constexpr orchestration<std::string(std::string)> counts{"Counts"};

task<long> run_twice(actor_task_context ctx, tally_state& state) {
  co_await ctx.schedule_timer(duration(1));
  long more = co_await ctx.schedule_activity(doubled, state.count);
  state.count = more;
  co_return state.count;
}

task<std::string> run_counts(orchestration_context ctx, std::string key) {
  long first = co_await ctx.ask(tally[key], add, 3);
  long second = co_await ctx.ask(tally[key], twice);
  long third = co_await ctx.ask(tally[key], add, 1);
  co_return std::to_string(first) + " " + std::to_string(second) + " " + std::to_string(third);
}

}  // namespace

scenario asks_an_actor() {
  scenario made;
  made.name = "an orchestration asks a durable actor, whose command awaits a timer and an activity";
  made.registers = [](runtime& runtime) {
    runtime.register_activity(doubled, [](activity_context&, long n) { return 2 * n; });
    runtime.register_actor(tally)
        .on(add, [](actor_context&, tally_state& state, long n) { return state.count += n; })
        .on(twice, run_twice);
    runtime.register_orchestration(counts, run_counts);
  };
  made.begins = [](client& caller, const std::string& id) { caller.start(counts, id, "of " + id); };
  made.expected = "\"3 6 7\"";
  return made;
}

}  // namespace duroxide::test
