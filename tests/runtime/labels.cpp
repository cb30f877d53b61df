// The labels of an instance, as its orchestration sees them.
#include "duroxide/combinators.hpp"
#include "duroxide/detail/label_signal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

namespace laws_of_labels {

using namespace duroxide;
using namespace duroxide::test;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;

constexpr event<int> note{"note"};
constexpr orchestration<int(int)> child{"child"};

std::string seen_by(const ctx_t& ctx) {
  std::string all;
  for (const label& each : ctx.get_labels()) all += (all.empty() ? "" : " ") + each.name + "=" + each.value;
  return all;
}

task<std::string> sets_labels(ctx_t ctx) {
  ctx.set_label("team", "blue");
  ctx.set_label("amount", 42.5);
  ctx.set_label("paid", true);
  ctx.set_label("due", timestamp(duration(0)));
  ctx.set_label("amount", 43);
  ctx.clear_label("paid");
  co_await ctx.wait_for_event(note);
  const auto amount = ctx.get_label("amount");
  co_return seen_by(ctx) + (amount == label_value(43.0) && !ctx.get_label("paid") ? " as set" : " ?");
}

task<std::string> shows_labels(ctx_t ctx, int rounds) {
  co_await ctx.wait_for_event(note);
  if (rounds > 0) co_return ctx.continue_as_new(rounds - 1);
  co_return seen_by(ctx);
}

task<int> starts_children(ctx_t ctx) {
  ctx.set_label("team", "blue");
  ctx.set_label("amount", 7);
  co_await ctx.schedule_sub_orchestration(child, 1).inherit_labels();
  int last = co_await ctx.schedule_sub_orchestration(child, 2);
  co_return last;
}

task<int> sets_many(ctx_t ctx, int count) {
  for (int i = 0; i < count; ++i) {
    ctx.set_label("l" + std::to_string(i), i);
    if (i % 40 == 0) co_await ctx.wait_for_event(note);
  }
  co_return count;
}

task<int> sets_one(ctx_t ctx, std::string value) {
  ctx.set_label("it", value);
  co_await ctx.wait_for_event(note);
  co_return 1;
}

// As a client sends it.
std::string raised(const label_change& change) {
  std::string text = detail::to_text(change);
  std::ranges::replace(text, '"', '\'');
  return "raised duroxide::label " + text;
}

}  // namespace

LAW("labels that the code sets are recorded, written by the turn as they are then, and replayed") {
  for (const bool evict : {false, true}) {
    replay_kit kit(code(sets_labels), {.verify_replay = true, .evict = evict});
    kit.start("null");
    CHECK(kit.added() == lines("1 started it null", "2 label_set team type=text blue",
                               "3 label_set amount type=number 42.5", "4 label_set paid type=bool true",
                               "5 label_set due type=time 1970-01-01T00:00:00.000Z",
                               "6 label_set amount type=number 43", "7 label_cleared paid", "8 wait note"));
    CHECK(kit.effects() == lines("label_set amount number 43", "label_set due time 1970-01-01T00:00:00.000Z",
                                 "label_cleared paid", "label_set team text blue"));
    kit.when("raised note 1");
    CHECK(kit.outcome() == "completed 'amount=43 due=1970-01-01T00:00:00.000Z team=blue as set'");
    CHECK(kit.effects() == "ends completed 'amount=43 due=1970-01-01T00:00:00.000Z team=blue as set'");
  }
}

LAW("labels of the start are there from the beginning, and go over to the next execution") {
  replay_kit kit(code(shows_labels), {.verify_replay = true});
  kit.start_with(parse_event("1 started it label=team:text:blue label=amount:number:7 1"));
  kit.when(raised({.wanted = make_label("amount", 8)}));
  CHECK(kit.effects() == "label_set amount number 8");
  kit.when("raised note 1");
  REQUIRE(kit.continued());
  CHECK(kit.last().ends->labels == std::vector<label>{make_label("amount", 8), {"team", "blue"}});
  kit.continues();
  kit.when("raised note 1");
  CHECK(kit.outcome() == "completed 'amount=8 team=blue'");
}

LAW("of labels set by the code and from outside, the last one wins") {
  for (const bool evict : {false, true}) {
    replay_kit kit(code(sets_labels), {.verify_replay = true, .evict = evict});
    kit.start("null");
    kit.when(raised({.wanted = make_label("amount", "much")}),
             raised({.wanted = {"team", {}}, .is_removed = true}));
    CHECK(kit.effects() == lines("label_set amount text much", "label_cleared team"));
    kit.when("raised note 1");
    CHECK(kit.outcome() == "completed 'amount=much due=1970-01-01T00:00:00.000Z ?'");
  }
}

LAW("a label that comes when the instance has just ended is written with the end") {
  replay_kit kit(code(shows_labels), {.verify_replay = true});
  kit.start("0");
  kit.when("raised note 1", raised({.wanted = make_label("seen", true)}));
  CHECK(kit.outcome() == "completed ''");
  CHECK_THAT(kit.effects(), Contains("label_set seen bool true"));
  replay_kit cancelled(code(shows_labels), {.verify_replay = true});
  cancelled.start("0");
  cancelled.when("cancel enough", raised({.wanted = make_label("seen", true)}));
  CHECK_THAT(cancelled.effects(), Contains("label_set seen bool true"));
}

LAW("what is no label is passed over, like any event that nobody waits for") {
  replay_kit kit(code(shows_labels), {.verify_replay = true});
  kit.start("0");
  for (const char* data :
       {"7", "{}", "{'name':'','value':'x','type':'text'}", "{'name':'a','value':'x','type':'number'}",
        "{'name':'a','value':'x'}", "{'name':7}"}) {
    kit.when(std::string("raised duroxide::label ") + data);
    CHECK(kit.effects().empty());
    CHECK(kit.last().warnings.size() == 1);
  }
}

LAW("a child inherits the labels that its parent has then, if it is asked for") {
  replay_kit kit(code(starts_children), {.verify_replay = true});
  kit.start("null");
  CHECK_THAT(kit.added(),
             Contains("4 child child id=i::sub::4 label=amount:number:7 label=team:text:blue 1"));
  CHECK(kit.last().records_labels);
  kit.when(raised({.wanted = make_label("amount", 9)}));
  kit.when("child_completed 4 1");
  CHECK_THAT(kit.added(), Contains("child child id=i::sub::7 2"));
  CHECK_FALSE(kit.last().records_labels);
}

LAW("an instance has at most 64 labels, counted over all its turns") {
  const std::vector<std::string> notes(3, "raised note 1");
  CHECK(story(code(sets_many), "64", notes).ends_with("ends 64"));
  CHECK_THAT(
      story(code(sets_many), "65", notes),
      Contains("ends_failed application/limit_exceeded label 'l64' would be number 65 of instance 'i'"));
  replay_kit full(code(shows_labels), {.verify_replay = true});
  history_event started = parse_event("1 started it 0");
  for (int i = 0; i < 64; ++i) started.labels.push_back(make_label("l" + std::to_string(100 + i), i));
  full.start_with(started);
  full.when(raised({.wanted = make_label("more", 1)}), raised({.wanted = make_label("l100", "changed")}));
  CHECK(full.effects() == "label_set l100 text changed");
  REQUIRE(full.last().warnings.size() == 1);
  CHECK_THAT(full.last().warnings.front(), Contains("label 'more' is not set"));
}

LAW("a label that is not legal is refused where it is set") {
  for (const auto& [value, says] : std::vector<std::pair<std::string, std::string>>{
           {std::string(1025, 'x'), "the limit is 1024"},
           {std::string("a\0b", 3), "it is not UTF-8, or has a NUL"}}) {
    replay_kit kit(code(sets_one));
    kit.start(boost::json::serialize(boost::json::string(value)));
    CHECK_THAT(kit.error().message, Contains(says));
  }
}

LAW("on replay the name, the type and the value of a label must be the same") {
  for (const char* other : {"2 label_set it type=text other", "2 label_set that type=text 7",
                            "2 label_set it type=number 7", "2 label_cleared it"}) {
    replay_kit kit(code(sets_one));
    kit.given("1 started it '7'", other, "3 wait note");
    kit.when("raised note 1");
    CHECK(kit.error().kind == error_kind::nondeterminism);
  }
  replay_kit same(code(sets_one));
  same.given("1 started it '7'", "2 label_set it type=text 7", "3 wait note");
  same.when("raised note 1");
  CHECK(same.outcome() == "completed 1");
}

LAW("a history of format 1 takes no labels from the code") {
  replay_kit kit(code(sets_one), {.history_format = 1});
  kit.start("'7'");
  CHECK(kit.error().kind == error_kind::invalid_argument);
  CHECK_THAT(kit.error().message, Contains("once it has continued as new"));
}

}  // namespace laws_of_labels
