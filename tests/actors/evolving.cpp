// A deploy whose structs have gained and lost members, over instances that run.
#include "tests/actors/fixture.hpp"

#include <boost/describe.hpp>

namespace duroxide::laws_of_evolving_payloads {

// Both builds have these names, and each its own structs under them.
namespace first_build {

struct item {
  std::string sku;
  int grams = 0;
};
BOOST_DESCRIBE_STRUCT(item, (), (sku, grams))
struct order {
  int id = 0;
  std::vector<item> items;
  std::string coupon;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, items, coupon))
struct note {
  std::string text;
  std::string author;
};
BOOST_DESCRIBE_STRUCT(note, (), (text, author))
struct stock {
  std::map<std::string, item> items;
  int shelves = 4;
};
BOOST_DESCRIBE_STRUCT(stock, (), (items, shelves))

}  // namespace first_build

namespace second_build {

struct item {
  std::string sku;
  std::optional<std::string> colour;
  int pieces = 1;
};
BOOST_DESCRIBE_STRUCT(item, (), (sku, colour, pieces))
struct order {
  int id = 0;
  bool is_gift = false;
  std::vector<item> items;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, is_gift, items))
struct note {
  std::string text;
  int stars = 5;
};
BOOST_DESCRIBE_STRUCT(note, (), (text, stars))
struct stock {
  std::map<std::string, item> items;
  std::optional<std::string> town;
};
BOOST_DESCRIBE_STRUCT(stock, (), (items, town))

}  // namespace second_build

// Of the third build, which reads exactly its own notes.
struct exact_note {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(exact_note, (), (text))

}  // namespace duroxide::laws_of_evolving_payloads

template <>
inline constexpr duroxide::payload_rules
    duroxide::payload_rules_of<duroxide::laws_of_evolving_payloads::exact_note> = duroxide::exact_payload;

namespace duroxide::laws_of_evolving_payloads {
namespace {

using namespace testing_support;

// The same program, compiled with the structs of a build.
template <class Order, class Note, class Stock> struct shop {
  static constexpr activity<Order(Order)> reserve{"reserve"};
  static constexpr activity<Order(Order)> weigh{"weigh"};  // which only the second build runs
  static constexpr orchestration<Order(Order)> checkout{"Checkout"};
  static constexpr orchestration<Note(Order)> shipping{"Shipping"};
  static constexpr orchestration<int(Order)> audit{"Audit"};
  static constexpr orchestration<Order(Order)> eternal{"Eternal"};
  static constexpr event<Note> approved{"approved"};
  static constexpr event_queue<Note> notes{"notes"};
  static constexpr durable_actor<Stock> shelf{"shelf"};
  static constexpr command<Order(Order)> put{"put"};

  static task<Order> run_checkout(orchestration_context ctx, Order wanted) {
    Order reserved = co_await ctx.schedule_activity(reserve, wanted);
    ctx.set_kv_value("reserved", reserved);
    ctx.start_orchestration(audit, ctx.instance_id() + "-audit", reserved);
    Order kept = co_await ctx.ask(shelf["main"], put, reserved);
    Note first = co_await ctx.dequeue_event(notes);
    auto shipped =
        ctx.start(ctx.schedule_sub_orchestration(shipping, kept).with_id(ctx.instance_id() + "-ship"));
    auto weighed = ctx.start(ctx.schedule_activity(weigh, kept));
    Note approval = co_await ctx.wait_for_event(approved);
    Note second = co_await ctx.dequeue_event(notes);
    Note parcel = co_await std::move(shipped);
    Order heavy = co_await std::move(weighed);
    std::optional<Order> found = ctx.get_kv_value<Order>("reserved");
    Order result = co_await ctx.schedule_activity(reserve, heavy);
    result.id = found.value().id;
    ctx.set_custom_status(first.text + approval.text + second.text + parcel.text);
    co_return result;
  }

  static task<Note> run_shipping(orchestration_context ctx, Order) {
    Note sent = co_await ctx.wait_for_event(approved);
    co_return sent;
  }

  static task<int> run_audit(orchestration_context ctx, Order seen) {
    co_await ctx.wait_for_event(approved);
    co_return seen.id;
  }

  static task<Order> run_eternal(orchestration_context ctx, Order wanted) {
    Note next = co_await ctx.dequeue_event(notes);
    if (next.text == "over") co_return wanted;
    wanted.id += 1;
    co_return ctx.continue_as_new(wanted);
  }

  static void add_to(runtime& runtime) {
    runtime.register_activity(reserve, [](activity_context&, Order wanted) { return wanted; });
    runtime.register_orchestration(checkout, run_checkout);
    runtime.register_orchestration(shipping, run_shipping);
    runtime.register_orchestration(audit, run_audit);
    runtime.register_orchestration(eternal, run_eternal);
    runtime.register_actor(shelf).on(put, [](actor_context&, Stock& stock, Order kept) {
      for (const auto& each : kept.items) stock.items[each.sku] = each;
      return kept;
    });
  }
};

using shop_1 = shop<first_build::order, first_build::note, first_build::stock>;
using shop_2 = shop<second_build::order, second_build::note, second_build::stock>;

std::size_t events_of(const client& client, const std::string& id) {
  return client.admin().read_history(id).size();
}

// What runs, and what waits in the store, when the first build ends.
void run_first_build(test_store& store) {
  runtime runtime(store.open(), verified());
  shop_1::add_to(runtime);
  runtime.start();
  client client = runtime.client();
  const first_build::order wanted{7, {{"tea", 250}, {"cup", 300}}, "SPRING"};
  client.start(shop_1::checkout, "c", wanted);
  client.instance("c").enqueue(shop_1::notes, first_build::note{"a", "Ada"});
  REQUIRE(eventually([&] { return client.instance("c-ship").status().status == runtime_status::running; }));
  REQUIRE(eventually([&] { return client.instance("c-audit").status().status == runtime_status::running; }));
  client.start(shop_1::eternal, "e", wanted);
  client.instance("e").enqueue(shop_1::notes, first_build::note{"on", "Ada"});
  REQUIRE(eventually([&] { return client.instance("e").status().execution == 2; }));
  client.start(shop_1::eternal, "later", wanted, {.delay = 1s});
  for (const char* each : {"c", "e"})
    client.instance(each).enqueue(std::string("other"), json_text("1"));  // that nobody takes
  REQUIRE(eventually([&] { return events_of(client, "c") >= 12; }));
}

}  // namespace

LAW("what runs when a deploy brings other structs goes on: inputs, results, events, messages, values, "
    "states") {
  test_store store;
  run_first_build(store);
  runtime runtime(store.open(), verified());
  shop_2::add_to(runtime);
  runtime.register_activity(shop_2::weigh, [](activity_context&, second_build::order wanted) {
    wanted.is_gift = true;
    return wanted;
  });
  runtime.start();
  client client = runtime.client();
  // Messages of a process that is still of the first build.
  client.instance("c").enqueue(shop_1::notes, first_build::note{"c", "Ada"});
  for (const char* each : {"c", "c-ship", "c-audit"})
    client.instance(each).raise(shop_1::approved, first_build::note{"b", "Ada"});
  for (const char* each : {"e", "later"})
    client.instance(each).enqueue(shop_2::notes, second_build::note{"over", 3});

  const second_build::order ended = client.instance(shop_2::checkout, "c").result(patience);
  CHECK(ended.id == 7);
  CHECK(ended.is_gift);
  REQUIRE(ended.items.size() == 2);
  CHECK(ended.items[1].sku == "cup");
  CHECK(ended.items[1].pieces == 1);
  CHECK(client.instance("c").status().custom_status == "abcb");
  CHECK(client.instance(shop_2::shipping, "c-ship").result(patience).stars == 5);
  CHECK(client.instance(shop_2::audit, "c-audit").result(patience) == 7);
  CHECK(client.instance(shop_2::eternal, "e").result(patience).id == 8);
  CHECK(client.instance(shop_2::eternal, "later").result(patience).id == 7);
  const second_build::order more{9, true, {{"pot", "red", 2}}};
  CHECK(client.ask(shop_2::shelf["main"], shop_2::put, more, patience).items[0].pieces == 2);
  CHECK(client.admin().list_problems().problems.empty());
  CHECK(client.admin().verify().inconsistencies == 0);
}

LAW("a struct that is exact stalls what does not fit it, which names the member, and goes on with the build "
    "before") {
  struct flows {
    static task<std::string> run(orchestration_context ctx, first_build::note begun) {
      const int go = co_await ctx.wait_for_event(event<int>("go"));
      co_return begun.text + std::to_string(go);
    }
    static task<std::string> run_exactly(orchestration_context ctx, exact_note begun) {
      const int go = co_await ctx.wait_for_event(event<int>("go"));
      co_return begun.text + std::to_string(go);
    }
  };
  constexpr orchestration<std::string(first_build::note)> flow{"Flow"};
  constexpr orchestration<std::string(exact_note)> exact_flow{"Flow"};
  runtime_options options = verified();
  options.on_mismatch = mismatch_policy::stall;
  test_store store;
  {
    runtime runtime(store.open(), options);
    runtime.register_orchestration(flow, flows::run);
    runtime.start();
    runtime.client().start(flow, "f", first_build::note{"hello", "Ada"});
    REQUIRE(eventually([&] { return events_of(runtime.client(), "f") >= 2; }));
  }
  {
    runtime runtime(store.open(), options);
    runtime.register_orchestration(exact_flow, flows::run_exactly);
    runtime.start();
    client client = runtime.client();
    client.instance("f").raise(event<int>("go"), 1);
    std::string why;
    REQUIRE(eventually([&] {
      for (const instance_problem& each : client.admin().list_problems().problems) why = each.detail;
      return !why.empty();
    }));
    CHECK(why.find("the input of orchestration 'Flow' has the wrong type at /author (it is not expected)") !=
          std::string::npos);
  }
  runtime runtime(store.open(), options);
  runtime.register_orchestration(flow, flows::run);
  runtime.start();
  CHECK(runtime.client().instance(flow, "f").result(patience) == "hello1");
}

}  // namespace duroxide::laws_of_evolving_payloads
