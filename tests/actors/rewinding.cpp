// Instances that go back in their histories.
#include "tests/actors/fixture.hpp"

#include <map>
#include <mutex>

namespace duroxide::laws_of_rewinds {
namespace {

using namespace testing_support;

constexpr orchestration<int(int)> order{"Order"};
constexpr orchestration<int(int)> parcel{"Parcel"};
constexpr orchestration<int(int)> shipment{"Shipment"};
constexpr orchestration<std::string()> listener{"Listener"};
constexpr activity<int(int)> reserve{"reserve"};
constexpr activity<int(int)> charge{"charge"};
constexpr activity<int(int)> pack{"pack"};
constexpr event<std::string> approved{"approved"};
constexpr event_queue<std::string> notes{"notes"};

// What the activities of one law share, over restarts.
class shop_state {
public:
  std::atomic<bool> is_up{false};

  int run(const std::string& name, activity_context& ctx, int value) {
    {
      const std::lock_guard lock(mutex_);
      runs_[name].push_back(ctx.activity_id());
    }
    if (name == "charge" && !is_up) throw std::runtime_error("the bank is down");
    return value + 1;
  }
  std::vector<std::string> runs(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(name);
    return found == runs_.end() ? std::vector<std::string>() : found->second;
  }

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> runs_;  // ids of the activities
};

task<int> run_order(orchestration_context ctx, int amount) {
  ctx.set_custom_status("reserving");
  int reserved = co_await ctx.schedule_activity(reserve, amount);
  ctx.set_custom_status("charging");
  ctx.set_kv_value("paid", false);
  int charged = co_await ctx.schedule_activity(charge, reserved);
  ctx.set_kv_value("paid", true);
  int packed = co_await ctx.schedule_activity(pack, charged);
  co_return packed;
}

// Charges three times at once.
task<int> run_shipment(orchestration_context ctx, int amount) {
  auto first = ctx.schedule_activity(charge, amount);
  auto second = ctx.schedule_activity(reserve, amount);
  auto third = ctx.schedule_activity(charge, amount);
  const std::tuple<int, int, int> found = co_await all(std::move(first), std::move(second), std::move(third));
  const auto [a, b, c] = found;
  co_return a + b + c;
}

task<int> run_parcel(orchestration_context ctx, int levels) {
  if (levels == 0) {
    int charged = co_await ctx.schedule_activity(charge, 0);
    co_return charged;
  }
  int inner = co_await ctx.schedule_sub_orchestration(parcel, levels - 1);
  co_return inner + 1;
}

task<std::string> run_listener(orchestration_context ctx) {
  std::string all;
  for (int i = 0; i < 3; ++i) {
    std::string note = co_await ctx.dequeue_event(notes);
    all += note;
  }
  std::string approval = co_await ctx.wait_for_event(approved);
  co_return all + approval;
}

std::unique_ptr<runtime> open_shop(test_store& store, const std::shared_ptr<shop_state>& state,
                                   runtime_options options = verified()) {
  auto opened = std::make_unique<runtime>(store.open(), options);
  for (const auto& each : {reserve, charge, pack})
    opened->register_activity(each,
                              [state, name = std::string(each.name())](activity_context& ctx, int value) {
                                return state->run(name, ctx, value);
                              });
  opened->register_orchestration(order, run_order);
  opened->register_orchestration(shipment, run_shipment);
  opened->register_orchestration(parcel, run_parcel);
  opened->register_orchestration(listener, run_listener);
  opened->start();
  return opened;
}

// Has received three notes, and waits for the approval.
instance_handle waiting_listener(const client& shop) {
  shop.start(listener, "l");
  const instance_handle handle = shop.instance("l");
  for (const char* note : {"a", "b", "c"}) handle.enqueue(notes, note);
  REQUIRE(eventually(
      [&] { return shop.admin().read_history("l").back().kind == event_kind::external_subscribed; }));
  return handle;
}

runtime_status end_of(const client& shop, const std::string& id) {
  return shop.instance(id).wait(patience).status;
}

std::string kinds(const std::vector<history_event>& history) {
  std::string text;
  for (const history_event& each : history) text += std::string(to_string(each.kind)) + " ";
  return text;
}

void require_nothing_lost(const client& shop) {
  const verification found = shop.admin().verify();
  for (const inconsistency& each : found.first) UNSCOPED_INFO(each.instance << ": " << each.what);
  CHECK(found.inconsistencies == 0);
}

LAW("an order that failed at its payment is rewound, runs the payment again and nothing else, and ends") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const bool is_restarted = GENERATE(false, true);
  auto shop = open_shop(store, state);
  shop->client().start(order, "o", 10);
  REQUIRE(end_of(shop->client(), "o") == runtime_status::failed);
  if (is_restarted) shop.reset();
  state->is_up = true;
  const admin outside(store.open());
  const rewind_receipt done = outside.rewind("o", rewind_point::last_failure(), {.reason = "the bank is up"});
  CHECK(done.execution == 1);
  CHECK(done.instances == std::vector<std::string>{"o"});
  CHECK(outside.get_instance_info("o").summary.status == runtime_status::running);
  if (is_restarted) shop = open_shop(store, state);
  CHECK(shop->client().instance(order, "o").result(patience) == 13);
  CHECK(state->runs("reserve").size() == 1);
  CHECK(state->runs("pack").size() == 1);
  const auto charges = state->runs("charge");
  REQUIRE(charges.size() == 2);
  CHECK(charges[0] == charges[1]);
  const auto history = shop->client().admin().read_history("o");
  const auto rewound = std::ranges::find(history, event_kind::orchestration_rewound, &history_event::kind);
  REQUIRE(rewound != history.end());
  CHECK(rewound->text == "the bank is up");
  CHECK(history.at(done.event - 1).kind == event_kind::activity_failed);
  CHECK(history.back().kind == event_kind::orchestration_completed);
  const instance_info info = shop->client().admin().get_instance_info("o");
  CHECK_FALSE(info.error);
  CHECK(info.custom_status == "charging");
  require_nothing_lost(shop->client());
}

LAW("what the code had written behind the point is as it was before") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  auto shop = open_shop(store, state);
  shop->client().start(order, "o", 10);
  REQUIRE(end_of(shop->client(), "o") == runtime_status::failed);
  shop.reset();
  const admin outside(store.open());
  const auto history = outside.read_history("o");
  const auto reserved = std::ranges::find(history, event_kind::activity_completed, &history_event::kind);
  outside.rewind("o", rewind_point::event(reserved->id));
  state->is_up = true;
  shop = open_shop(store, state);
  CHECK(shop->client().instance(order, "o").result(patience) == 13);
  CHECK(state->runs("reserve").size() == 2);
  const auto charges = state->runs("charge");
  REQUIRE(charges.size() == 2);
  CHECK(charges[0] != charges[1]);
  CHECK(shop->client().instance("o").kv_value("paid")->text() == "true");
  require_nothing_lost(shop->client());
}

LAW("of calls that failed together each runs again, and what had succeeded beside them arrives again") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(shipment, "s", 10);
  REQUIRE(end_of(shop->client(), "s") == runtime_status::failed);
  state->is_up = true;
  shop->client().admin().rewind("s");
  CHECK(shop->client().instance(shipment, "s").result(patience) == 33);
  CHECK(state->runs("reserve").size() == 1);
  CHECK(state->runs("charge").size() == 4);
  require_nothing_lost(shop->client());
}

LAW("a tree that failed because of one below is rewound together") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(parcel, "p", 3);
  REQUIRE(end_of(shop->client(), "p") == runtime_status::failed);
  const auto tree = shop->client().admin().get_instance_tree("p");
  REQUIRE(tree.size() == 4);
  const auto refused =
      details_of<instance_error>([&] { shop->client().admin().rewind(tree.back().summary.instance); });
  CHECK(refused.message.find("rewind the parent") != std::string::npos);
  CHECK(shop->client().admin().preview_rewind("p").instances.size() == 4);
  state->is_up = true;
  CHECK(shop->client().admin().rewind("p").instances.size() == 4);
  CHECK(shop->client().instance(parcel, "p").result(patience) == 4);
  require_nothing_lost(shop->client());
}

LAW("an instance that was cancelled, or terminated, goes on from where it was") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  const bool is_forced = GENERATE(false, true);
  shop->client().start(listener, "l");
  const auto handle = shop->client().instance("l");
  handle.enqueue(notes, "a");
  REQUIRE(eventually([&] { return shop->client().admin().read_history("l").size() == 4; }));
  is_forced ? handle.terminate("by mistake") : handle.cancel("by mistake");
  REQUIRE(is_terminal(end_of(shop->client(), "l")));
  shop->client().admin().rewind("l");
  for (const char* note : {"b", "c"}) handle.enqueue(notes, note);
  handle.raise(approved, "!");
  CHECK(shop->client().instance(listener, "l").result(patience) == "abc!");
  require_nothing_lost(shop->client());
}

LAW("messages and events behind the point are received again in their order, or dropped") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  const auto handle = waiting_listener(shop->client());
  SECTION("all") {
    handle.raise(approved, "!");
    REQUIRE(end_of(shop->client(), "l") == runtime_status::completed);
    shop->client().admin().rewind("l", rewind_point::event(3));
    CHECK(shop->client().instance(listener, "l").result(patience) == "abc!");
  }
  SECTION("none") {
    shop->client().admin().rewind("l", rewind_point::event(5), {.drops_messages = true});
    for (const char* note : {"x", "y"}) handle.enqueue(notes, note);
    handle.raise(approved, "?");
    CHECK(shop->client().instance(listener, "l").result(patience) == "axy?");
  }
  require_nothing_lost(shop->client());
}

LAW("a running instance is rewound while it waits, and a paused one stays paused") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  const auto handle = waiting_listener(shop->client());
  const auto is_rewound = [&] {
    return kinds(shop->client().admin().read_history("l")).find("orchestration_rewound") != std::string::npos;
  };
  const bool is_paused = GENERATE(false, true);
  if (is_paused) {
    handle.pause("night");
    REQUIRE(eventually([&] { return !shop->client().admin().list_problems().problems.empty(); }));
  }
  shop->client().admin().rewind("l", rewind_point::event(5));
  REQUIRE(eventually(is_rewound));
  if (is_paused) {
    CHECK(shop->client().admin().list_problems().problems.size() == 1);
    handle.resume();
  }
  handle.raise(approved, "!");
  CHECK(shop->client().instance(listener, "l").result(patience) == "abc!");
  require_nothing_lost(shop->client());
}

LAW("several rewinds of a paused instance keep the order of its messages") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  const auto handle = waiting_listener(shop->client());
  handle.pause("night");
  REQUIRE(eventually([&] { return !shop->client().admin().list_problems().problems.empty(); }));
  for (const std::uint64_t event : {7, 5, 3}) shop->client().admin().rewind("l", rewind_point::event(event));
  handle.resume();
  handle.raise(approved, "!");
  CHECK(shop->client().instance(listener, "l").result(patience) == "abc!");
  require_nothing_lost(shop->client());
}

LAW("a call that was stopped with its instance has the time again that its limit had left") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  runtime shop(store.open(), verified());
  shop.register_activity(charge, [state](activity_context& ctx, int value) {
    while (!state->is_up && !ctx.wait_for_cancellation(1ms)) {
    }
    return state->run("charge", ctx, value);
  });
  shop.register_orchestration(order, [](orchestration_context ctx, int amount) -> task<int> {
    int charged = co_await ctx.schedule_activity(charge, amount).with_timeout(2s);
    co_return charged;
  });
  shop.start();
  shop.client().start(order, "o", 1);
  REQUIRE(eventually([&] { return shop.client().admin().read_history("o").size() >= 3; }));
  shop.client().instance("o").cancel("by mistake");
  REQUIRE(end_of(shop.client(), "o") == runtime_status::cancelled);
  const auto history = shop.client().admin().read_history("o");
  const auto limit = std::ranges::find(history, event_kind::timer_created, &history_event::kind);
  REQUIRE(limit != history.end());
  REQUIRE(eventually([&] { return std::chrono::system_clock::now() > *limit->due + 100ms; }));
  state->is_up = true;
  shop.client().admin().rewind("o");
  CHECK(shop.client().instance(order, "o").result(patience) == 2);
}

LAW("an instance begins anew, with another input") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(order, "o", 10);
  REQUIRE(end_of(shop->client(), "o") == runtime_status::failed);
  state->is_up = true;
  rewind_options options;
  options.input = json_text("20");
  shop->client().admin().rewind("o", rewind_point::begin(), options);
  CHECK(shop->client().instance(order, "o").result(patience) == 23);
  CHECK(shop->client().admin().get_instance_info("o").input == "20");
  CHECK(state->runs("reserve").size() == 2);
  // And once more, from its end.
  shop->client().admin().rewind("o", rewind_point::begin());
  CHECK(shop->client().instance(order, "o").result(patience) == 23);
  require_nothing_lost(shop->client());
}

LAW("an instance is rewound again and again") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  const auto shop = open_shop(store, state);
  shop->client().start(order, "o", 10);
  for (int i = 0; i < 4; ++i) {
    REQUIRE(end_of(shop->client(), "o") == runtime_status::failed);
    if (i == 3) state->is_up = true;
    shop->client().admin().rewind("o");
  }
  CHECK(shop->client().instance(order, "o").result(patience) == 13);
  CHECK(state->runs("charge").size() == 5);
  CHECK(state->runs("reserve").size() == 1);
  require_nothing_lost(shop->client());
}

LAW("a point where nothing arrived, an unknown instance and one without a failure are refused") {
  test_store store;
  const auto state = std::make_shared<shop_state>();
  state->is_up = true;
  const auto shop = open_shop(store, state);
  shop->client().start(order, "o", 10);
  REQUIRE(end_of(shop->client(), "o") == runtime_status::completed);
  const admin all = shop->client().admin();
  CHECK(kind_of([&] { all.rewind("nobody"); }) == error_kind::instance_not_found);
  CHECK(details_of([&] { all.rewind("o"); }).message ==
        "instance 'o' cannot be rewound: nothing in it has failed; say which event it is to go back to");
  for (const std::uint64_t event : {1, 2, 3, 99})
    CHECK(kind_of([&] { all.rewind("o", rewind_point::event(event)); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { all.rewind("o", rewind_point::event(4), {.input = json_text("1")}); }) ==
        error_kind::invalid_argument);
  CHECK(kind_of([&] { all.rewind("@tally/one"); }) == error_kind::invalid_argument);
  CHECK(kind_of([&] { shop->client().instance("o").raise("duroxide::rewind", json_text("{}")); }) ==
        error_kind::invalid_argument);
  CHECK(all.get_instance_info("o").summary.status == runtime_status::completed);
}

}  // namespace
}  // namespace duroxide::laws_of_rewinds
