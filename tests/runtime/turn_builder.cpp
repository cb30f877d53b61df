// What the turn that is being made will commit.
#include "runtime/turn_builder.hpp"

#include "runtime/operations/kinds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/history_text.hpp"

namespace laws_of_turn_builder {

using namespace duroxide;
using namespace duroxide::test;
namespace kinds = internal::kinds;
using internal::open_operation;
using internal::turn;
using internal::turn_builder;

namespace {

internal::execution_options small_turns() {
  internal::execution_options options{"build 1"};
  options.turn_limit = 5000;
  return options;
}

const internal::execution_options options = small_turns();
const internal::turn_inputs inputs{timestamp(duration(1000)), [] { return std::uint64_t{4}; }};

open_operation of_type(const internal::operation_type& type, std::string instance = {}) {
  return {&type, {}, std::move(instance), nullptr};
}

// A turn that begins with event 10 and starts one of each.
void start_one_of_each(turn_builder& builder) {
  builder.begin_at(10);
  kinds::activity.start(builder.content(), builder.append(parse_event("10 activity step 1")));
  kinds::timer.start(builder.content(), builder.append(parse_event("11 timer @5")));
  kinds::sub_orchestration.start(builder.content(), builder.append(parse_event("12 child part id=c 1")));
}

}  // namespace

LAW("an event that is appended has the build, and the time of its turn") {
  turn_builder builder(options);
  builder.append(parse_event("1 started checkout null"));
  {
    const turn_builder::input_scope making(builder, inputs);
    CHECK(builder.inputs() == &inputs);
    builder.append(parse_event("2 wait paid"));
  }
  CHECK(builder.inputs() == nullptr);
  for (const history_event& each : builder.content().events) {
    CHECK(each.build == "build 1");
    CHECK(each.recorded_at == inputs.now);
  }
}

LAW("a turn is given away whole, and the next one begins empty") {
  turn_builder builder(options);
  CHECK(builder.content_so_far() == nullptr);
  builder.append(parse_event("1 started checkout null"));
  builder.append(parse_event("2 wait paid"));
  const turn made = builder.take(3);
  CHECK(print(made.events) == lines("1 started checkout null", "2 wait paid"));
  CHECK(builder.content_so_far() == nullptr);
  CHECK(builder.response_bytes() == 0);
  CHECK_FALSE(builder.has(2));
  CHECK(builder.has(3));
}

LAW("what is started and cancelled in one turn has no effect") {
  turn_builder builder(options);
  start_one_of_each(builder);
  CHECK(print_effects(builder.content()) == lines("run 10", "child 12", "timer 11@5"));
  builder.cancel_effect(10, of_type(kinds::activity));
  builder.cancel_effect(11, of_type(kinds::timer));
  builder.cancel_effect(12, of_type(kinds::sub_orchestration, "c"));
  CHECK(print_effects(builder.content()).empty());
}

LAW("what an earlier turn has started is stopped, and a wait has no effect to stop") {
  turn_builder builder(options);
  builder.begin_at(10);
  builder.cancel_effect(2, of_type(kinds::activity));
  builder.cancel_effect(3, of_type(kinds::timer));
  builder.cancel_effect(4, of_type(kinds::sub_orchestration, "c"));
  builder.cancel_effect(5, of_type(kinds::external_wait));
  builder.cancel_effect(6, of_type(kinds::queue_wait));
  CHECK(builder.content().cancelled_activities == std::vector<std::uint64_t>{2});
  CHECK(builder.content().cancelled_timers == std::vector<std::uint64_t>{3});
  CHECK(builder.content().cancelled_children == std::vector<std::string>{"c"});
}

LAW("the limit is for what the code asks for in response to one arrival") {
  turn_builder builder(options);
  builder.append(parse_event("2 wait " + std::string(1000, 'a')));
  CHECK(builder.has_room());
  builder.begin_response();
  CHECK(builder.response_bytes() == 0);
  builder.weigh(5000);
  CHECK_FALSE(builder.exceeds_limit());
  builder.weigh(1);
  CHECK(builder.exceeds_limit());
  CHECK_FALSE(builder.has_room());
}

LAW("a turn takes nothing more when it is as large as a batch") {
  turn_builder builder(options);
  builder.weigh(limits::batch_bytes - 1);
  builder.begin_response();
  CHECK(builder.has_room());
  builder.weigh(1);
  builder.begin_response();
  CHECK_FALSE(builder.has_room());
}

LAW("a turn that is rolled back keeps what became of messages, and event 1") {
  turn_builder builder(options);
  builder.append(parse_event("1 started checkout null"));
  builder.append(parse_event("2 activity step 1"));
  builder.content().activities = {2};
  builder.content().taken = 3;
  builder.content().consumed = {7};
  builder.content().discarded = {8};
  builder.content().warnings = {"careful"};
  const turn before = builder.roll_back();
  CHECK(before.activities == std::vector<std::uint64_t>{2});
  const turn& after = builder.content();
  CHECK(print(after.events) == "1 started checkout null");
  CHECK(after.activities.empty());
  CHECK(after.taken == 3);
  CHECK(after.consumed == std::vector<std::uint64_t>{7});
  CHECK(after.discarded == std::vector<std::uint64_t>{8});
  CHECK(after.warnings == std::vector<std::string>{"careful"});
}

LAW("a turn that is taken back stops what it had stopped, and what was answered in it, of earlier turns") {
  turn_builder builder(options);
  builder.begin_at(10);
  builder.cancel_effect(2, of_type(kinds::activity));
  builder.append(parse_event("10 completed 3 1"));
  builder.append(parse_event("11 fired 4"));
  builder.append(parse_event("12 child_completed 5 1"));
  builder.append(parse_event("13 activity step 1"));
  builder.append(parse_event("14 completed 13 1"));
  builder.take_back();
  CHECK(builder.content().events.empty());
  CHECK(builder.content().cancelled_activities == std::vector<std::uint64_t>{2, 3});
  CHECK(builder.content().cancelled_timers == std::vector<std::uint64_t>{4});
  CHECK(builder.content().cancelled_children.empty());
}

}  // namespace laws_of_turn_builder
