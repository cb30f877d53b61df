// How what the code asks for enters history: appended live, matched on replay, or refused.
#include "runtime/recorder.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/history_text.hpp"

namespace laws_of_the_recorder {

using namespace duroxide;
using namespace duroxide::test;
using Catch::Contains;
using internal::append;
using internal::execution_state;
using internal::record;
using internal::turn_builder;

namespace {

const internal::turn_inputs inputs{timestamp(duration(1000)), [] { return std::uint64_t{4}; }};

internal::execution_options small_limits() {
  internal::execution_options options{"build 1"};
  options.payload_limit = 10;
  options.turn_limit = 5000;
  return options;
}

// One that has begun, with event 1 in the turn that is being made.
struct begun : execution_state {
  begun() : execution_state({"i", 1, "it", "1.0.0"}, {}, small_limits()) {
    append(*this, parse_event("1 started it null"));
  }
};

const history_event* ask(execution_state& state, const std::string& text) {
  return record(state, parse_event("1 " + text), std::source_location::current());
}

}  // namespace

LAW("live, what the code asks for is appended to the turn with the next id") {
  begun state;
  const turn_builder::input_scope making(state.turn, inputs);
  REQUIRE(ask(state, "wait paid"));
  CHECK(print(state.turn.content().events) == lines("1 started it null", "2 wait paid"));
  CHECK(state.history.extent().last_id == 2);
}

LAW("what the code asks for while no turn is being made leaves no trace") {
  begun state;
  CHECK(ask(state, "wait paid") == nullptr);
  CHECK(state.history.extent().last_id == 1);
}

LAW("on replay, what the code asks for is matched, and nothing is appended") {
  execution_state state({"i", 1, "it", "1.0.0"}, {}, {});
  state.history.load({parse_event("1 started it null"), parse_event("2 wait paid")});
  const internal::history_cursor::replay_scope replaying(state.history);
  REQUIRE(ask(state, "wait paid"));
  CHECK(state.turn.content_so_far() == nullptr);
  CHECK(ask(state, "wait paid") == nullptr);
  CHECK(state.history.mismatch());
}

LAW("what could never be read again is refused, and not written") {
  begun state;
  const turn_builder::input_scope making(state.turn, inputs);
  history_event nameless = parse_event("1 wait paid");
  nameless.name.clear();
  CHECK(record(state, std::move(nameless), std::source_location::current()) == nullptr);
  REQUIRE(state.end.refused);
  CHECK(state.end.refused->kind == error_kind::invalid_argument);
  CHECK_THAT(state.end.refused->message, Contains("without a 'name'"));
  CHECK(state.history.extent().last_id == 1);
  CHECK(state.code_is_done());
}

LAW("a payload that is too large ends the orchestration, and is the fault of the orchestration") {
  begun state;
  CHECK_FALSE(refuse_payload(state, "the input of activity", "step", "123"));
  CHECK(refuse_payload(state, "the input of activity", "step", "\"0123456789\""));
  REQUIRE(state.end.refused);
  CHECK(state.end.refused->source == "it");
  CHECK(state.code_is_done());
}

LAW("what passes the limit of a turn is the last that is recorded; the rest is only weighed") {
  begun state;
  const turn_builder::input_scope making(state.turn, inputs);
  state.turn.begin_response();
  CHECK(ask(state, "wait " + std::string(6000, 'a')) != nullptr);
  CHECK_THAT(state.turn.limit_passed_by(), Contains("external_subscribed"));
  const std::size_t bytes = state.turn.response_bytes();
  CHECK(ask(state, "wait paid") == nullptr);
  CHECK(state.turn.response_bytes() > bytes);
  CHECK(state.history.extent().last_id == 2);
}

}  // namespace laws_of_the_recorder
