// The key-value store of an instance, as its orchestration sees it.
#include "duroxide/combinators.hpp"
#include "runtime/replay_verification.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

#include <boost/describe.hpp>

namespace laws_of_kv {

using namespace duroxide;
using namespace duroxide::test;
using Catch::Contains;

namespace {

using ctx_t = orchestration_context;

struct stage {
  int number = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(stage, (), (number, name))

constexpr activity<int(int)> step{"step"};
constexpr event<int> note{"note"};

task<std::string> sets_and_gets(ctx_t ctx) {
  ctx.set_kv_value("stage", "packed");
  ctx.set_kv_value("count", 7);
  stage now{2, "sent"};
  ctx.set_kv_value("now", now);
  ctx.set_kv_value("raw", json_text("{raw"));
  std::string text = *ctx.get_kv_value<std::string>("stage");
  text += " " + std::to_string(*ctx.get_kv_value<int>("count"));
  text += " " + ctx.get_kv_value<stage>("now")->name;
  text += " " + ctx.get_kv_value<json_text>("raw")->text();
  text += ctx.get_kv_value<int>("missing") ? " ?" : " none";
  for (const auto& key : ctx.get_kv_all_keys()) text += " " + key;
  text += " " + std::to_string(ctx.get_kv_length()) + " " + ctx.get_kv_all_values().at("count").text();
  co_return text;
}

task<int> counts(ctx_t ctx, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    ctx.set_kv_value("count", ctx.get_kv_value<int>("count").value_or(0) + 1);
    co_await ctx.wait_for_event(note);
  }
  co_return *ctx.get_kv_value<int>("count");
}

task<std::size_t> clears(ctx_t ctx) {
  ctx.set_kv_value("a", 1);
  ctx.set_kv_value("b", 2);
  co_await ctx.wait_for_event(note);
  ctx.clear_kv_value("a");
  ctx.clear_kv_value("never there");
  ctx.set_kv_value("c", 3);
  co_await ctx.wait_for_event(note);
  ctx.clear_all_kv_values();
  ctx.set_kv_value("d", 4);
  co_await ctx.wait_for_event(note);
  co_return ctx.get_kv_length();
}

task<int> sets_twice_in_a_turn(ctx_t ctx) {
  ctx.set_kv_value("a", 1);
  ctx.set_kv_value("a", 2);
  ctx.set_kv_value("b", 1);
  ctx.clear_kv_value("b");
  co_await ctx.wait_for_event(note);
  co_return 0;
}

task<int> prunes(ctx_t ctx) {
  ctx.set_kv_value("old", 1);
  ctx.set_kv_value("older", 1);
  co_await ctx.wait_for_event(note);
  ctx.set_kv_value("new", 1);
  ctx.set_kv_value("old", 2);
  ctx.set_kv_value("oldest", 1);
  co_await ctx.wait_for_event(note);
  auto pruned = ctx.prune_kv_values_updated_before(timestamp(duration(2000)));
  co_await ctx.wait_for_event(note);
  co_return static_cast<int>(pruned);
}

task<int> goes_on(ctx_t ctx, int round) {
  ctx.set_kv_value("round", round);
  if (round == 0) {
    ctx.set_kv_value("first", "yes");
    co_return ctx.continue_as_new(1);
  }
  co_await ctx.wait_for_event(note);
  co_return ctx.get_kv_value<std::string>("first") ? *ctx.get_kv_value<int>("round") : -1;
}

task<int> many_keys(ctx_t ctx, int keys) {
  for (int i = 0; i < keys; ++i) {
    ctx.set_kv_value("k" + std::to_string(i), i);
    if (i % 50 == 49) co_await ctx.wait_for_event(note);
  }
  ctx.set_kv_value("k0", -1);
  co_return static_cast<int>(ctx.get_kv_length());
}

task<int> big_value(ctx_t ctx, std::size_t size) {
  ctx.set_kv_value("big", json_text(std::string(size, 'x')));
  co_return 0;
}

task<int> big_text(ctx_t ctx, std::string json) {
  ctx.set_kv_value("big", json_text(json));
  co_return 0;
}

task<int> wrong_type(ctx_t ctx) {
  ctx.set_kv_value("word", "seven");
  co_return *ctx.get_kv_value<int>("word");
}

task<int> bad_key(ctx_t ctx) {
  ctx.set_kv_value("", 1);
  co_return 0;
}

task<int> fails_after_setting(ctx_t ctx) {
  ctx.set_kv_value("kept", 1);
  throw std::runtime_error("broken");
  co_return 0;
}

task<std::string> reads_another(ctx_t ctx) {
  auto number = co_await ctx.get_kv_value_from_instance<int>("other", "count");
  co_return number ? std::to_string(*number) : "none";
}

// Says at the end of its scope that it has been there.
class farewell {
public:
  explicit farewell(ctx_t ctx, int n = 1) : ctx_(ctx), n_(n) {}
  farewell(const farewell&) = delete;
  farewell& operator=(const farewell&) = delete;
  ~farewell() {
    ctx_.set_kv_value("left", n_);
    ctx_.set_custom_status("left");
    ctx_.random();
    ctx_.utc_now();
    ctx_.start_orchestration("tidy", "tidy-up", json_text("1"));
  }

private:
  ctx_t ctx_;
  int n_;
};

// Its end comes while it is in a scope, in all the ways in which that can be.
task<int> leaves_a_scope(ctx_t ctx, int how) {
  if (ctx.execution_id() > 1) {
    co_await ctx.wait_for_event(note);
    co_return ctx.get_kv_value<int>("left").value_or(-1);
  }
  farewell parting(ctx);
  if (how == 1) co_return ctx.continue_as_new(1);
  if (how == 2) co_await ctx.continue_as_new(2);
  if (how == 3) throw std::runtime_error("broken");
  co_await ctx.wait_for_event(note);
  co_return 0;
}

task<int> leaves_a_detached_block(ctx_t ctx) {
  auto block = [](ctx_t c) -> task<int> {
    farewell parting(c, 2);
    co_await c.wait_for_event(note);
    co_return 0;
  };
  auto started = ctx.start(block(ctx));
  std::move(started).detach();
  co_await ctx.schedule_timer(duration(5));
  co_return 1;
}

const char* const said_at_the_end = "kv_set left 1";

std::optional<error_details> replayed_to_the_end(const orchestration_handler& handler,
                                                 const replay_kit& kit) {
  internal::execution_state again({"i", 1, "it", "1.0.0"}, handler, {});
  return replay_to_the_end(again, kit.events());
}

}  // namespace

LAW("values are set and got with their types, and read back at once") {
  replay_kit kit(code(sets_and_gets));
  kit.start("null");
  CHECK(kit.outcome() == "completed 'packed 7 sent {raw none count now raw stage 4 7'");
  CHECK(kit.history().starts_with(lines("1 started it null", "2 kv_set stage 'packed'", "3 kv_set count 7")));
}

LAW("read, change, write works over turns, with and without the coroutine") {
  CHECK(story(code(counts), "3", {"raised note 1", "raised note 1", "raised note 1"}).ends_with("ends 3"));
}

LAW("a turn writes each changed key once, as it is after the turn") {
  replay_kit kit(code(sets_twice_in_a_turn));
  kit.start("null");
  CHECK(kit.effects() == lines("kv_set a 2", "kv_cleared b"));
  kit.when("raised note 1");
  CHECK(kit.effects() == "ends completed 0");
}

LAW("keys are cleared one by one or all together") {
  replay_kit kit(code(clears));
  kit.start("null");
  kit.when("raised note 1");
  CHECK(kit.effects() == lines("kv_cleared a", "kv_set c 3", "kv_cleared never there"));
  kit.when("raised note 1");
  CHECK(kit.added() == lines("10 raised note 1", "11 kv_all_cleared", "12 kv_set d 4", "13 wait note"));
  CHECK(kit.effects() == lines("kv_all_cleared", "kv_set d 4"));
  kit.when("raised note 1");
  CHECK(kit.outcome() == "completed 1");
}

LAW("pruning by age goes by the turn that set a value last, live and on replay alike") {
  for (bool evict : {false, true}) {
    kit_options options;
    options.evict = evict;
    replay_kit kit(code(prunes), options);
    kit.set_time(1000);
    kit.start("null");
    kit.set_time(1999);
    kit.when("raised note 1");
    kit.set_time(5000);
    kit.when("raised note 1");
    CHECK(kit.effects() ==
          lines("kv_cleared new", "kv_cleared old", "kv_cleared older", "kv_cleared oldest"));
    kit.when("raised note 1");
    CHECK(kit.outcome() == "completed 4");
  }
  replay_kit later(code(prunes));
  later.set_time(1000);
  later.start("null");
  later.set_time(2000);  // the cutoff itself is kept
  later.when("raised note 1");
  later.when("raised note 1");
  CHECK(later.effects() == "kv_cleared older");
}

LAW("the store lives on when the instance continues as new") {
  replay_kit kit(code(goes_on));
  kit.start("0");
  kit.continues();
  CHECK(kit.history() ==
        lines("1 started it kv=first:1000:'yes' kv=round:1000:0 1", "2 kv_set round 1", "3 wait note"));
  kit.when("raised note 1");
  CHECK(kit.outcome() == "completed 1");
}

LAW("what destructors set at an end is in the history and in the store, or in neither") {
  for (const bool verify : {false, true}) {
    for (const int how : {1, 2}) {
      replay_kit kit(code(leaves_a_scope), {.verify_replay = verify});
      kit.start(std::to_string(how));
      REQUIRE(kit.continued());
      CHECK_THAT(kit.history(), Contains(said_at_the_end));
      CHECK_THAT(kit.effects(), Contains(said_at_the_end));
      CHECK(kit.last().ends->kv.size() == 1);
      CHECK_FALSE(replayed_to_the_end(code(leaves_a_scope), kit));
      kit.continues();
      kit.when("raised note 1");
      CHECK(kit.outcome() == "completed 1");
    }
    for (const bool evict : {false, true}) {
      replay_kit kit(code(leaves_a_scope), {.verify_replay = verify, .evict = evict});
      kit.start("0");
      CHECK_THAT(kit.history(), !Contains(said_at_the_end));
      kit.when("cancel enough");
      CHECK_THAT(kit.history(), Contains(said_at_the_end) && Contains("ends_cancelled enough"));
      CHECK_THAT(kit.effects(), Contains(said_at_the_end) && Contains("detached"));
      CHECK_FALSE(replayed_to_the_end(code(leaves_a_scope), kit));
    }
    replay_kit failed(code(leaves_a_scope), {.verify_replay = verify});
    failed.start("3");
    CHECK_THAT(failed.effects(), Contains(said_at_the_end));
    CHECK_FALSE(replayed_to_the_end(code(leaves_a_scope), failed));

    replay_kit detached(code(leaves_a_detached_block), {.verify_replay = verify});
    detached.start("null");
    detached.when("fired 2");
    CHECK_THAT(detached.history(), Contains("kv_set left 2"));
    CHECK_THAT(detached.effects(), Contains("kv_set left 2"));
    CHECK_FALSE(replayed_to_the_end(code(leaves_a_detached_block), detached));
  }
}

LAW("what ended from outside is no mismatch of what its destructors set") {
  replay_kit kit(code(leaves_a_scope));
  kit.start("0");
  kit.fail({error_category::poison, error_kind::attempts_exhausted, "three processes died", {}});
  CHECK_THAT(kit.effects(), Contains(said_at_the_end));
  CHECK_FALSE(replayed_to_the_end(code(leaves_a_scope), kit));
}

LAW("what destructors ask for while an instance leaves memory is not heard") {
  replay_kit kit(code(leaves_a_scope));
  kit.start("0");
  internal::execution another({"i", 1, "it", "1.0.0"}, code(leaves_a_scope), {});
  another.replay(kit.events());
  CHECK_FALSE(another.mismatch());
}

LAW("what a failing orchestration has set is kept") {
  replay_kit kit(code(fails_after_setting));
  kit.start("null");
  CHECK(kit.effects() == lines("kv_set kept 1", "ends failed broken"));
}

LAW("an instance has at most 150 keys, counted over all its turns") {
  std::vector<std::string> notes(3, "raised note 1");
  CHECK(story(code(many_keys), "150", notes).ends_with("ends 150"));
  auto told = story(code(many_keys), "151", notes);
  CHECK_THAT(told, Contains("ends_failed application/limit_exceeded key 'k150' would be number 151 of "
                            "instance 'i'; the limit is 150 keys"));
}

LAW("a value has at most 64 KiB") {
  replay_kit fits(code(big_value));
  fits.start("65536");
  CHECK(fits.outcome() == "completed 0");
  replay_kit too_long(code(big_value));
  too_long.start("65537");
  CHECK(too_long.outcome() ==
        "failed application/limit_exceeded the value of key 'big' has 65537 bytes; the limit is 65536");
}

// Runs with the JSON of a text whose last character is written as `last`, behind so many others.
std::string outcome_with_text(std::size_t others, const std::string& last) {
  replay_kit kit(code(big_text));
  kit.start(boost::json::serialize(boost::json::string("\"" + std::string(others, 'x') + last + "\"")));
  return kit.outcome();
}

LAW("of a text what it says counts, not how JSON writes it") {
  for (const auto& [bytes, written] :
       std::vector<std::pair<std::size_t, std::string>>{{1, "x"},
                                                        {1, "\\n"},
                                                        {1, "\\\""},
                                                        {1, "\\u0041"},
                                                        {2, "\\u00e4"},
                                                        {3, "\\u20ac"},
                                                        {4, "\\ud83d\\ude00"}}) {
    CHECK(outcome_with_text(65'536 - bytes, written) == "completed 0");
    CHECK_THAT(outcome_with_text(65'537 - bytes, written), Contains("has 65537 bytes; the limit is 65536"));
  }
}

LAW("reading a value as what it is not says which key it was") {
  replay_kit kit(code(wrong_type));
  kit.start("null");
  CHECK(kit.error().kind == error_kind::invalid_payload);
  CHECK_THAT(kit.error().message, Contains("the value of key 'word'"));
  replay_kit nameless(code(bad_key));
  nameless.start("null");
  CHECK(nameless.error().kind == error_kind::invalid_argument);
}

LAW("on replay the key and the value must be the same") {
  replay_kit other_value(code(counts));
  other_value.given("1 started it 1", "2 kv_set count 2", "3 wait note");
  other_value.when("raised note 1");
  CHECK_THAT(other_value.error().message, Contains("the history has event 2, kv_set 'count' with input 2") &&
                                              Contains("the code asked for kv_set 'count' with input 1"));
  replay_kit other_key(code(counts));
  other_key.given("1 started it 1", "2 kv_set number 1", "3 wait note");
  other_key.when("raised note 1");
  CHECK(other_key.error().kind == error_kind::nondeterminism);
  replay_kit left_out(code(fails_after_setting));
  left_out.given("1 started it null", "2 kv_set kept 1", "3 kv_set more 1", "4 wait note");
  left_out.when("raised note 1");
  CHECK(left_out.error().kind == error_kind::nondeterminism);
}

LAW("another instance's value is read by an activity that every runtime has") {
  replay_kit kit(code(reads_another));
  kit.start("null");
  CHECK(kit.added() ==
        lines("1 started it null", "2 activity duroxide::get_kv_value {'instance':'other','key':'count'}"));
  CHECK(story(code(reads_another), "null", {"completed 2 =41"}).ends_with("ends '41'"));
  CHECK(story(code(reads_another), "null", {"completed 2"}).ends_with("ends 'none'"));
}

}  // namespace laws_of_kv
