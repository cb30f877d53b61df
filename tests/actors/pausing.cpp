// Instances that are paused, go on, and are terminated.
#include "tests/actors/fixture.hpp"

#include <latch>

namespace duroxide::laws_of_pauses {
namespace {

using namespace testing_support;

constexpr orchestration<std::string(std::string)> order{"Order"};
constexpr orchestration<std::string(int)> parcel{"Parcel"};
constexpr activity<int(std::string)> reserve{"reserve"};
constexpr activity<int(std::string)> charge{"charge"};
constexpr event_queue<std::string> notes{"notes"};
constexpr event<std::string> approved{"approved"};

// What the activities of one law share, over restarts.
struct shop_state {
  std::atomic<int> reserved{0};
  std::atomic<int> charged{0};
  std::atomic<bool> may_charge{true};
};

// Takes three notes one after the other, with what was approved behind the second.
task<std::string> run_order(orchestration_context ctx, std::string item) {
  co_await ctx.schedule_activity(reserve, item);
  std::string all = co_await ctx.dequeue_event(notes);
  std::string second = co_await ctx.dequeue_event(notes);
  std::string approval = co_await ctx.wait_for_event(approved);
  std::string third = co_await ctx.dequeue_event(notes);
  co_return all + second + approval + third;
}

task<std::string> run_wrong_order(orchestration_context ctx, std::string item) {
  co_await ctx.schedule_activity(charge, item);
  co_return item;
}

// Has as many levels below it, and waits for a note at the lowest.
task<std::string> run_parcel(orchestration_context ctx, int levels) {
  if (levels == 0) {
    std::string note = co_await ctx.dequeue_event(notes);
    co_return note;
  }
  std::string inner = co_await ctx.schedule_sub_orchestration(parcel, levels - 1);
  co_return "(" + inner + ")";
}

enum class build { right, wrong };

std::unique_ptr<runtime> open_shop(test_store& store, const std::shared_ptr<shop_state>& state,
                                   build which = build::right) {
  runtime_options options = verified();
  options.on_mismatch = mismatch_policy::stall;
  auto opened = std::make_unique<runtime>(store.open(), options);
  opened->register_activity(reserve,
                            [state](activity_context&, const std::string&) { return ++state->reserved; });
  opened->register_activity(charge, [state](activity_context& ctx, const std::string&) {
    const int charged = ++state->charged;
    while (!state->may_charge && !ctx.wait_for_cancellation(1ms)) {
    }
    return charged;
  });
  opened->register_orchestration(order, which == build::right ? run_order : run_wrong_order);
  opened->register_orchestration(parcel, run_parcel);
  opened->start();
  return opened;
}

bool waits_for_approval(const client& shop, const std::string& id) {
  return eventually([&] {
    const auto history = shop.admin().read_history(id);
    return std::ranges::count(history, event_kind::external_subscribed, &history_event::kind) == 1;
  });
}

bool waits_for_notes(const client& shop, const std::string& id, std::size_t events = 4) {
  return eventually([&] { return shop.admin().read_history(id).size() >= events; });
}

std::optional<instance_problem> pause_of(const client& shop, const std::string& id) {
  const auto found = shop.admin().list_problems({.kind = problem_kind::paused, .instance = id}).problems;
  return found.empty() ? std::nullopt : std::optional(found.front());
}

void pause_for(const client& shop, const std::string& id, const std::string& reason,
               reach scope = reach::alone) {
  shop.instance(id).pause(reason, scope);
  REQUIRE(eventually([&] {
    const auto pause = pause_of(shop, id);
    return pause && pause->detail == reason;
  }));
}

std::size_t pauses(const client& shop) {
  return shop.admin().list_problems({.kind = problem_kind::paused}).problems.size();
}

void require_nothing_lost(const client& shop) { CHECK(shop.admin().verify().inconsistencies == 0); }

LAW("a paused order takes nothing, keeps all that is sent to it in its order, and goes on when it is "
    "resumed") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const bool is_restarted = GENERATE(false, true);
  auto shop = open_shop(store, state);
  shop->client().start(order, "o", "tea");
  REQUIRE(waits_for_notes(shop->client(), "o"));
  shop->client().instance("o").enqueue(notes, "a");
  REQUIRE(waits_for_notes(shop->client(), "o", 6));
  pause_for(shop->client(), "o", "inventory");
  const std::size_t events = shop->client().admin().read_history("o").size();
  shop->client().instance("o").enqueue(notes, "b");
  shop->client().instance("o").raise(approved, "-");
  if (is_restarted) {
    shop.reset();
    shop = open_shop(store, state);
  }
  shop->client().instance("o").enqueue(notes, "c");
  const std::string late =
      details_of<timeout_error>([&] { shop->client().instance("o").wait(50ms); }).message;
  CHECK(late.find("it is paused: inventory") != std::string::npos);
  CHECK(shop->client().instance("o").status().status == runtime_status::running);
  CHECK(shop->client().admin().read_history("o").size() == events);

  shop->client().instance("o").resume();
  CHECK(shop->client().instance(order, "o").result(patience) == "ab-c");
  CHECK(state->reserved == 1);
  CHECK(pauses(shop->client()) == 0);
  std::string signals;
  for (const history_event& each : shop->client().admin().read_history("o"))
    if (each.name == "duroxide::pause" || each.name == "duroxide::resume") signals += each.data;
  CHECK(signals == R"({"reason":"inventory","tree":false}{"reason":"","tree":false})");
  require_nothing_lost(shop->client());
}

LAW("what came before a pause is worked off before it") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(order, "o", "tea");
  REQUIRE(waits_for_notes(shop->client(), "o"));
  const auto handle = shop->client().instance("o");
  for (const char* note : {"a", "b"}) handle.enqueue(notes, note);
  REQUIRE(waits_for_notes(shop->client(), "o", 8));
  handle.raise(approved, "-");
  handle.pause("first");
  handle.enqueue(notes, "c");
  REQUIRE(eventually([&] { return pause_of(shop->client(), "o").has_value(); }));
  const auto history = shop->client().admin().read_history("o");
  CHECK(std::ranges::count(history, "approved", &history_event::name) == 2);  // the wait, and what it got
  CHECK(history.back().name == "duroxide::pause");
  handle.resume();
  CHECK(shop->client().instance(order, "o").result(patience) == "ab-c");
}

LAW("an activity that runs while its instance is paused runs once, also if the process ends before it "
    "resumes") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  state->may_charge = false;
  auto shop = open_shop(store, state, build::wrong);
  shop->client().start(order, "o", "tea");
  REQUIRE(eventually([&] { return state->charged == 1; }));
  pause_for(shop->client(), "o", "the till is counted");
  state->may_charge = true;
  REQUIRE(eventually([&] { return shop->client().instance("o").activities().empty(); }));
  CHECK(shop->client().instance("o").status().status == runtime_status::running);
  shop.reset();
  shop = open_shop(store, state, build::wrong);
  CHECK(pause_of(shop->client(), "o").has_value());
  shop->client().instance("o").resume();
  CHECK(shop->client().instance(order, "o").result(patience) == "tea");
  CHECK(state->charged == 1);
  require_nothing_lost(shop->client());
}

LAW("a timer that is due while its instance is paused fires when it is resumed") {
  test_store store;
  runtime shop(store.open(), verified());
  shop.register_orchestration(order, [](orchestration_context ctx, std::string) -> task<std::string> {
    co_await ctx.schedule_timer(200ms);
    co_return "rung";
  });
  shop.start();
  shop.client().start(order, "o", "");
  pause_for(shop.client(), "o", "night");
  const timestamp due = shop.client().admin().read_history("o").at(1).due.value();
  REQUIRE(eventually([&] { return std::chrono::system_clock::now() > due + 50ms; }));
  CHECK(shop.client().instance("o").status().status == runtime_status::running);
  shop.client().instance("o").resume();
  CHECK(shop.client().instance(order, "o").result(patience) == "rung");
}

LAW("an order is paused before its first turn, and begins when it is resumed") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  {
    client outside(store.open());
    outside.start(order, "o", "tea");
    outside.start(order, "later", "tea", {.delay = 1h});
    for (const char* id : {"o", "later"}) outside.instance(id).pause("not yet");
  }
  const auto shop = open_shop(store, state);
  shop->client().start(order, "other", "tea");
  REQUIRE(waits_for_notes(shop->client(), "other"));
  REQUIRE(eventually([&] { return pauses(shop->client()) == 2; }));
  CHECK(shop->client().instance("later").status().status == runtime_status::pending);
  for (const char* id : {"o", "later"}) shop->client().instance(id).resume();
  REQUIRE(waits_for_notes(shop->client(), "o"));
  for (const char* note : {"a", "b"}) shop->client().instance("o").enqueue(notes, note);
  REQUIRE(waits_for_approval(shop->client(), "o"));
  shop->client().instance("o").raise(approved, "-");
  shop->client().instance("o").enqueue(notes, "c");
  CHECK(shop->client().instance(order, "o").result(patience) == "ab-c");
  CHECK(eventually([&] { return pauses(shop->client()) == 0; }));
  CHECK(shop->client().instance("later").status().status == runtime_status::pending);
  shop->client().instance("later").cancel("no");
  CHECK(shop->client().instance("later").wait(patience).status == runtime_status::cancelled);
  require_nothing_lost(shop->client());
}

LAW("a stalled order can be paused, and is tried with the code of the day when it is resumed") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  {
    const auto right = open_shop(store, state);
    right->client().start(order, "o", "tea");
    REQUIRE(waits_for_notes(right->client(), "o"));
  }
  {
    const auto wrong = open_shop(store, state, build::wrong);
    wrong->client().instance("o").enqueue(notes, "a");
    wrong->client().instance("o").raise("unawaited", "1");
    REQUIRE(eventually([&] { return wrong->client().admin().list_problems().problems.size() == 1; }));
    pause_for(wrong->client(), "o", "until it is mended");
    wrong->client().instance("o").resume();
    REQUIRE(eventually([&] {
      return wrong->client().admin().list_problems({.kind = problem_kind::mismatch}).problems.size() == 1;
    }));
    pause_for(wrong->client(), "o", "until it is mended");
  }
  const auto right = open_shop(store, state);
  for (const char* note : {"b", "c"}) right->client().instance("o").enqueue(notes, note);
  right->client().instance("o").resume();
  REQUIRE(eventually([&] { return pauses(right->client()) == 0; }));
  REQUIRE(waits_for_approval(right->client(), "o"));
  right->client().instance("o").raise(approved, "-");
  CHECK(right->client().instance(order, "o").result(patience) == "ab-c");
  CHECK(state->reserved == 1);
}

LAW("a tree is paused and resumed as one, and an instance without its descendants") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(parcel, "p", 3);
  REQUIRE(eventually([&] { return shop->client().admin().get_instance_tree("p").size() == 4; }));
  const std::string lowest = "p::sub::2::sub::2::sub::2";
  REQUIRE(waits_for_notes(shop->client(), lowest, 2));
  pause_for(shop->client(), "p", "all of it", reach::tree);
  REQUIRE(eventually([&] { return pauses(shop->client()) == 4; }));
  CHECK(pause_of(shop->client(), lowest)->detail == "all of it");
  shop->client().instance(lowest).enqueue(notes, "x");
  shop->client().instance(lowest).resume();
  CHECK(shop->client().instance(lowest).wait(patience).output == "\"x\"");
  CHECK(pauses(shop->client()) == 3);
  shop->client().instance("p").resume(reach::tree);
  CHECK(shop->client().instance(parcel, "p").result(patience) == "(((x)))");
  CHECK(pauses(shop->client()) == 0);
  require_nothing_lost(shop->client());
}

LAW("a paused order can be cancelled, terminated and deleted") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  auto shop = open_shop(store, state);
  for (const char* id : {"c", "t", "d"}) {
    shop->client().start(order, id, "tea");
    REQUIRE(waits_for_notes(shop->client(), id));
    pause_for(shop->client(), id, "night");
  }
  shop->client().instance("c").cancel("not needed");
  CHECK(shop->client().instance("c").wait(patience).status == runtime_status::cancelled);
  shop->client().instance("t").terminate("broken");
  const error_details why = shop->client().instance("t").wait(patience).error.value();
  CHECK(why.kind == error_kind::terminated);
  CHECK(why.message == "broken");
  shop->client().admin().delete_instance("d", true);
  CHECK(pauses(shop->client()) == 0);
  shop->client().start(order, "d", "tea");
  REQUIRE(waits_for_notes(shop->client(), "d"));
  require_nothing_lost(shop->client());
}

LAW("to terminate an order ends what it has begun, and needs no code of it") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  state->may_charge = false;
  auto shop = open_shop(store, state, build::wrong);
  shop->client().start(order, "o", "tea");
  shop->client().start(parcel, "p", 2);
  REQUIRE(eventually([&] { return state->charged == 1; }));
  REQUIRE(eventually([&] { return shop->client().admin().get_instance_tree("p").size() == 3; }));
  REQUIRE(waits_for_notes(shop->client(), "p::sub::2::sub::2", 2));
  shop->client().instance("o").terminate("wrong");
  shop->client().instance("p").terminate("all of it");
  CHECK(shop->client().instance("o").wait(patience).error->kind == error_kind::terminated);
  for (const char* id : {"p", "p::sub::2", "p::sub::2::sub::2"}) {
    const instance_status ended = shop->client().instance(id).wait(patience);
    CHECK(ended.status == runtime_status::failed);
    CHECK(ended.error->kind == error_kind::terminated);
    CHECK(ended.error->message == "all of it");
  }
  CHECK(shop->client().instance("o").activities().empty());
  shop->client().instance("o").terminate("again");  // does nothing
  CHECK(shop->client().instance("o").status().error->message == "wrong");
  require_nothing_lost(shop->client());
}

LAW("a parent that waits for a child that is terminated learns of it") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(parcel, "p", 1);
  REQUIRE(eventually([&] { return shop->client().admin().get_instance_tree("p").size() == 2; }));
  shop->client().instance("p::sub::2").terminate("lost");
  CHECK(details_of([&] { shop->client().instance(parcel, "p").result(patience); }).message == "lost");
}

LAW("the other children of a parent that fails since one was terminated are cancelled") {
  test_store store;
  constexpr orchestration<std::string(int)> two_parcels{"TwoParcels"};
  runtime shop(store.open(), verified());
  shop.register_orchestration(parcel, run_parcel);
  shop.register_orchestration(two_parcels, [](orchestration_context ctx, int) -> task<std::string> {
    auto first = ctx.start(ctx.schedule_sub_orchestration(parcel, 0).with_id("first"));
    auto second = ctx.start(ctx.schedule_sub_orchestration(parcel, 0).with_id("second"));
    std::string packed = co_await std::move(first);
    std::string other = co_await std::move(second);
    co_return packed + other;
  });
  shop.start();
  shop.client().start(two_parcels, "p", 0);
  REQUIRE(eventually([&] { return shop.client().admin().get_instance_tree("p").size() == 3; }));
  REQUIRE(waits_for_notes(shop.client(), "second", 2));
  shop.client().instance("first").terminate("lost");
  CHECK(shop.client().instance("p").wait(patience).status == runtime_status::failed);
  CHECK(shop.client().instance("second").wait(patience).status == runtime_status::cancelled);
}

LAW("an order that waits for its delayed start is paused, whatever was sent to it before") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(order, "later", "tea", {.delay = 1h});
  shop->client().instance("later").raise(approved, "-");
  pause_for(shop->client(), "later", "not yet");
  CHECK(shop->client().instance("later").status().status == runtime_status::pending);
  shop->client().instance("later").resume();
  CHECK(eventually([&] { return pauses(shop->client()) == 0; }));
}

LAW("what is behind a pause in a large inbox is not taken before it") {
  constexpr std::size_t large = 1024 * 1024;
  test_store store;
  const auto state = std::make_shared<shop_state>();
  {
    const auto shop = open_shop(store, state);
    shop->client().start(order, "o", "tea");
    REQUIRE(waits_for_notes(shop->client(), "o"));
  }
  client outside(store.open());
  outside.instance("o").raise("unawaited", "1");
  outside.instance("o").pause("night");
  for (std::size_t i = 0; i < limits::batch_bytes / large + 2; ++i)
    outside.instance("o").raise("unawaited", json_text('"' + std::string(large, 'x') + '"'));
  const auto shop = open_shop(store, state);
  REQUIRE(eventually([&] { return pause_of(shop->client(), "o").has_value(); }));
  const auto history = shop->client().admin().read_history("o");
  CHECK(std::ranges::count(history, "unawaited", &history_event::name) == 1);
}

LAW("a paused order with many messages in front of it goes on all the same, in a process that is new to it") {
  constexpr std::size_t large = 1024 * 1024;
  test_store store;
  const auto state = std::make_shared<shop_state>();
  {
    const auto shop = open_shop(store, state);
    shop->client().start(order, "o", "tea");
    REQUIRE(waits_for_notes(shop->client(), "o"));
    pause_for(shop->client(), "o", "night");
  }
  {
    client outside(store.open());
    for (std::size_t i = 0; i < limits::batch_bytes / large + 2; ++i)
      outside.instance("o").raise("unawaited", json_text('"' + std::string(large, 'x') + '"'));
    outside.instance("o").resume();
    for (const char* note : {"a", "b"}) outside.instance("o").enqueue(notes, note);
  }
  const auto shop = open_shop(store, state);
  REQUIRE(waits_for_approval(shop->client(), "o"));
  shop->client().instance("o").raise(approved, "-");
  shop->client().instance("o").enqueue(notes, "c");
  CHECK(shop->client().instance(order, "o").result(patience) == "ab-c");
}

LAW("an instance is paused between two executions, and the next one begins when it is resumed") {
  test_store store;
  constexpr orchestration<int(int)> rounds{"Rounds"};
  runtime shop(store.open(), verified());
  shop.register_orchestration(rounds, [](orchestration_context ctx, int round) -> task<int> {
    if (round == 200) co_return round;
    co_await ctx.continue_as_new(round + 1);
    co_return 0;
  });
  shop.start();
  shop.client().start(rounds, "r", 0);
  int held = 0;
  while (!is_terminal(shop.client().instance("r").status().status)) {
    try {
      shop.client().instance("r").pause("hold");
    } catch (const instance_error&) {
      break;  // it has ended
    }
    if (eventually([&] {
          return pause_of(shop.client(), "r").has_value() ||
                 is_terminal(shop.client().instance("r").status().status);
        }))
      ++held;
    if (is_terminal(shop.client().instance("r").status().status)) break;
    shop.client().instance("r").resume();
  }
  CHECK(held > 0);
  CHECK(shop.client().instance(rounds, "r").result(patience) == 200);
  require_nothing_lost(shop.client());
}

LAW("pauses and terminations that are not legal are refused") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  const auto unknown = shop->client().instance("unknown");
  CHECK(kind_of([&] { unknown.pause("x"); }) == error_kind::instance_not_found);
  CHECK(kind_of([&] { unknown.terminate("x"); }) == error_kind::instance_not_found);
  shop->client().start(order, "o", "tea");
  const auto handle = shop->client().instance("o");
  CHECK(kind_of([&] { handle.pause(std::string(limits::reason_bytes + 1, 'x')); }) ==
        error_kind::limit_exceeded);
  CHECK(kind_of([&] { handle.pause("\xff"); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { handle.terminate(std::string(limits::reason_bytes + 1, 'x')); }) ==
        error_kind::limit_exceeded);
  CHECK(kind_of([&] { shop->client().instance("@kind/key").pause("x"); }) == error_kind::invalid_argument);
  handle.resume();  // it is not paused
  REQUIRE(waits_for_notes(shop->client(), "o"));
  handle.cancel("done");
  handle.wait(patience);
  CHECK(kind_of([&] { handle.pause("x"); }) == error_kind::instance_terminal);
}

}  // namespace
}  // namespace duroxide::laws_of_pauses
