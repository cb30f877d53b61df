// Histories whose payloads were written by a build with other structs.
#include "duroxide/combinators.hpp"
#include "runtime/replay_verification.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/replay_kit.hpp"

#include <boost/describe.hpp>

namespace laws_of_payload_evolution {

using namespace duroxide;
using Catch::Contains;

// The build before wrote orders as {"id":7,"old":true}.
struct order {
  int id = 0;
  std::optional<std::string> note;
  int pieces = 1;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, note, pieces))

struct exact_order {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(exact_order, (), (id))

}  // namespace laws_of_payload_evolution

template <>
inline constexpr duroxide::payload_rules duroxide::payload_rules_of<laws_of_payload_evolution::exact_order> =
    duroxide::exact_payload;

namespace laws_of_payload_evolution {

using namespace duroxide::test;

namespace {

using ctx_t = orchestration_context;

constexpr activity<order(order)> pack{"pack"};
constexpr activity<int(exact_order)> pack_exactly{"pack"};
constexpr orchestration<int(std::vector<order>)> shipping{"shipping"};
constexpr durable_actor<order> shelf{"shelf"};
constexpr command<int(order)> put{"put"};
constexpr event<order> changed{"changed"};
constexpr event_queue<order> more{"more"};
constexpr event<int> over{"over"};

// One operation, chosen by the input, and then a wait.
task<int> asks(ctx_t ctx, int choice) {
  order wanted;
  wanted.id = 7;
  std::vector<order> both{wanted, wanted};
  if (choice == 0) co_await ctx.schedule_activity(pack, wanted);
  if (choice == 1) co_await ctx.schedule_sub_orchestration(shipping, both).with_id("c");
  if (choice == 2) ctx.start_orchestration(shipping, "d", both);
  if (choice == 3) co_await ctx.ask(shelf["s"], put, wanted);
  if (choice == 4) ctx.set_kv_value("last", wanted);
  if (choice == 5) co_await ctx.schedule_activity("pack", json_text(R"({"id":7,"note":null,"pieces":1})"));
  co_await ctx.wait_for_event(over);
  co_return choice;
}

history_event command_with(const std::string& input) {
  history_event sent = parse_event("2 kv_set put " + input);
  sent.kind = event_kind::command_sent;
  sent.instance = "@shelf/s";
  return sent;
}

// The event that each choice has recorded, with this order, or with it twice.
history_event recorded(int choice, const std::string& text) {
  const std::string both = "[" + text + "," + text + "]";
  switch (choice) {
  case 1: return parse_event("2 child shipping id=c " + both);
  case 2: return parse_event("2 detached shipping id=d " + both);
  case 3: return command_with(text);
  case 4: return parse_event("2 kv_set last " + text);
  default: return parse_event("2 activity pack " + text);
  }
}

// The mismatch of code with a history that waits, or nothing.
std::string difference(const orchestration_handler& handler, std::vector<history_event> history) {
  internal::execution_state fresh({"i", 1, "it", "1.0.0"}, handler, {});
  const auto found = internal::replay_to_the_wait(fresh, std::move(history));
  return found ? found->message : std::string();
}

std::string difference(int choice, const std::string& text) {
  std::vector<history_event> history{parse_event("1 started it " + std::to_string(choice)),
                                     recorded(choice, text)};
  if (choice == 2 || choice == 4) history.push_back(parse_event("3 wait over"));
  return difference(code(asks), std::move(history));
}

constexpr int typed_choices[] = {0, 1, 2, 3, 4};
constexpr const char* old_order = "{'id':7,'old':true}";

task<int> asks_exactly(ctx_t ctx, int id) {
  exact_order wanted{id};
  const int packed = co_await ctx.schedule_activity(pack_exactly, wanted);
  co_return packed;
}

// Every way in which a payload comes to the code.
task<std::vector<order>> collects(ctx_t ctx, order first) {
  std::vector<order> all{first};
  order packed = co_await ctx.schedule_activity(pack, first);
  all.push_back(packed);
  ctx.set_kv_value("packed", packed);
  order after = co_await ctx.wait_for_event(changed);
  all.push_back(after);
  order next = co_await ctx.dequeue_event(more);
  all.push_back(next);
  std::optional<order> kept = ctx.get_kv_value<order>("packed");
  all.push_back(kept.value());
  co_return all;
}

task<int> repeats(ctx_t ctx, order wanted) {
  const int go_on = co_await ctx.wait_for_event(over);
  if (go_on != 0) co_return ctx.continue_as_new(wanted);
  co_return 0;
}

task<int> takes_exactly(ctx_t ctx, exact_order) {
  const int result = co_await ctx.wait_for_event(over);
  co_return result;
}

task<int> awaits_exactly(ctx_t ctx) {
  constexpr activity<exact_order()> make{"make"};
  exact_order made = co_await ctx.schedule_activity(make);
  co_await ctx.wait_for_event(over);
  co_return made.id;
}

std::string at_the_end(const orchestration_handler& handler, const std::vector<std::string>& lines) {
  std::vector<history_event> history;
  for (const std::string& line : lines) history.push_back(parse_event(line));
  internal::execution_state fresh({"i", 1, "it", "1.0.0"}, handler, {});
  const auto found = internal::replay_to_the_end(fresh, std::move(history));
  return found ? found->message : std::string();
}

}  // namespace

LAW("code asks for what a build with other structs has recorded, if it says the same") {
  for (const int choice : typed_choices) {
    INFO("choice " << choice);
    CHECK(difference(choice, "{'id':7,'note':null,'pieces':1}") == "");
    CHECK(difference(choice, old_order) == "");
    CHECK(difference(choice, "{'pieces':1,'id':7}") == "");
    CHECK(difference(choice, "{ 'id' : 7.0 }") == "");
  }
}

LAW("a payload that says something else is a mismatch, in a member that stayed and in one that is new") {
  for (const int choice : typed_choices) {
    INFO("choice " << choice);
    CHECK_THAT(difference(choice, "{'id':8,'old':true}"), Contains("nondeterministic"));
    CHECK_THAT(difference(choice, "{'id':7,'pieces':2}"), Contains("nondeterministic"));
    CHECK_THAT(difference(choice, "{'id':7,'note':'x','pieces':1}"), Contains("nondeterministic"));
  }
}

LAW("a payload without a type is compared by its text") {
  CHECK(difference(5, "{'id':7,'note':null,'pieces':1}") == "");
  CHECK_THAT(difference(5, old_order), Contains("nondeterministic"));
}

LAW("a payload that today's type cannot be read from is a mismatch that tells why and where") {
  CHECK_THAT(difference(0, "{'id':'x'}"),
             Contains("cannot read what is recorded: the input of activity 'pack' has the wrong type at /id "
                      "(expected a number, got a string)"));
  CHECK_THAT(difference(1, "{'id':true}"),
             Contains("the input of orchestration 'shipping' has the wrong type at "
                      "/0/id (expected a number, got a boolean)"));
  CHECK_THAT(difference(2, "{'id':1.5}"),
             Contains("the input of orchestration 'shipping' has the wrong type at /0/id"));
  CHECK_THAT(difference(3, "{'note':1}"), Contains("the input of command 'put' has the wrong type at /note"));
  CHECK_THAT(difference(4, "7"), Contains("the value of key 'last' has the wrong type (expected an object"));
  CHECK_THAT(difference(4, "{"), Contains("the value of key 'last' is not JSON"));
  CHECK_THAT(difference(code(asks_exactly),
                        {parse_event("1 started it 7"), parse_event("2 activity pack {'id':7,'old':1}")}),
             Contains("the input of activity 'pack' has the wrong type at /old (it is not expected)"));
}

LAW("what another operation has recorded is not read as what the code asks for") {
  const std::string found =
      difference(code(asks), {parse_event("1 started it 0"), parse_event("2 activity other 'text'")});
  CHECK_THAT(found, Contains("activity_scheduled 'other'") && !Contains("cannot read"));
}

LAW("an execution goes on from payloads of another build, whichever way they came") {
  replay_kit kit(code(collects), {.verify_replay = true});
  const std::string old_text = old_order;
  kit.given("1 started it " + old_text, "2 activity pack " + old_text, "3 completed 2 {'id':8}",
            "4 kv_set packed {'id':8,'gone':[1]}", "5 wait changed", "6 raised changed {'id':9,'gone':1}",
            "7 dequeue more");
  kit.when("enqueued more {'pieces':3,'gone':null,'id':10}");
  CHECK(kit.outcome() ==
        "completed [{'id':7,'note':null,'pieces':1},{'id':8,'note':null,'pieces':1},"
        "{'id':9,'note':null,'pieces':1},{'id':10,'note':null,'pieces':3},{'id':8,'note':null,'pieces':1}]");
}

LAW("an attempt of a retried activity is compared as any other activity") {
  struct flows {
    static task<int> run(ctx_t ctx, int id) {
      order wanted;
      wanted.id = id;
      order packed = co_await ctx.schedule_activity(pack, wanted).with_retry(retry_policy(2));
      co_return packed.id;
    }
  };
  const std::string recorded_text = "2 activity pack attempt=1/0 " + std::string(old_order);
  CHECK(difference(code(flows::run), {parse_event("1 started it 7"), parse_event(recorded_text)}) == "");
  CHECK_THAT(difference(code(flows::run), {parse_event("1 started it 8"), parse_event(recorded_text)}),
             Contains("nondeterministic"));
}

LAW("an output and the input of a next execution are compared as today's code writes them") {
  const std::string begun = "1 started it {'id':7}";
  CHECK(at_the_end(code(repeats),
                   {begun, "2 wait over", "3 raised over 1", "4 continued {'id':7,'old':1}"}) == "");
  CHECK_THAT(at_the_end(code(repeats), {begun, "2 wait over", "3 raised over 1", "4 continued {'id':8}"}),
             Contains("the history ended with"));

  struct flows {
    static task<order> run(ctx_t, order wanted) { co_return wanted; }
  };
  CHECK(at_the_end(code(flows::run), {begun, "2 ends {'id':7,'old':1}"}) == "");
  CHECK_THAT(at_the_end(code(flows::run), {begun, "2 ends {'id':8}"}), Contains("the history ended with"));
}

LAW("code that cannot read what it began with, or what it awaited, says so where its history goes on") {
  CHECK_THAT(
      difference(code(takes_exactly),
                 {parse_event("1 started it {'id':7,'old':1}"), parse_event("2 wait over")}),
      Contains("but the code has failed with 'the input of orchestration 'it' has the wrong type at /old "
               "(it is not expected)"));
  CHECK_THAT(
      difference(code(awaits_exactly), {parse_event("1 started it null"), parse_event("2 activity make null"),
                                        parse_event("3 completed 2 {}"), parse_event("4 wait over")}),
      Contains("but the code has failed with 'the result of 'make' has the wrong type at /id "
               "(it is missing)"));
}

}  // namespace laws_of_payload_evolution
