// Time in an environment goes on by itself, and only while somebody waits.
#include "tests/support/catch.hpp"
#include "tests/testing/subscription.hpp"

#include <set>

namespace laws_of_time {

using namespace duroxide;
using namespace duroxide::test;
using namespace std::chrono_literals;

namespace {

// In which order ten activities run that have no order.
std::vector<int> order_of(std::uint64_t seed) {
  testing::environment_options options;
  options.seed = seed;
  testing::environment world(register_all, options);
  std::vector<int> order;
  world.replace_activity(charge, [&](activity_context&, int amount) {
    order.push_back(amount);
    return amount;
  });
  for (int i = 0; i < 10; ++i) world.client().start(bill, "b" + std::to_string(i), i);
  world.advance(1s);
  return order;
}

}  // namespace

LAW("a workflow that sleeps a month is over at once, and a month has passed") {
  testing::environment world(register_all);
  const timestamp begin = world.now();
  world.client().start(subscription, "s", "Ada");
  CHECK(world.client().instance(subscription, "s").result(31 * 24h) == "expired");
  CHECK(world.now() - begin >= 30 * 24h);
  CHECK(world.now() - begin < 30 * 24h + 1h);
}

LAW("a wait whose time is up ends when its time is up") {
  testing::environment world(register_all);
  world.client().start(subscription, "s", "Ada");
  const timestamp begin = world.now();
  CHECK_THROWS_AS(world.client().instance(subscription, "s").result(10h), timeout_error);
  CHECK(world.now() - begin == 10h);
}

LAW("an event is raised at a chosen moment") {
  testing::environment world(register_all);
  world.client().start(subscription, "s", "Ada");
  world.call_after(29 * 24h, [&] { world.client().instance("s").raise(confirmed, "Bob"); });
  CHECK(world.client().instance(subscription, "s").result(365 * 24h) == "Bob paid 600");
}

LAW("an event that comes a moment too late comes too late") {
  testing::environment world(register_all);
  world.client().start(subscription, "s", "Ada");
  world.call_after(30 * 24h + 1s, [&] { world.client().instance("s").raise(confirmed, "Bob"); });
  CHECK(world.client().instance(subscription, "s").result(365 * 24h) == "expired");
}

LAW("while nobody waits, nothing happens") {
  testing::environment world(register_all);
  world.client().start(subscription, "s", "Ada");
  CHECK(world.client().instance("s").status().status == runtime_status::pending);
  world.advance(1s);
  CHECK(world.client().instance("s").status().custom_status == "waiting");
}

LAW("an activity is replaced, though it is registered") {
  testing::environment world(register_all);
  int asked = 0;
  world.replace_activity(send_mail, [&](activity_context&, const std::string&) -> std::string {
    ++asked;
    throw std::runtime_error("no mail today");
  });
  world.client().start(subscription, "s", "Ada");
  const instance_status ended = world.client().instance("s").wait(1h);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "no mail today");
  CHECK(asked == 1);
}

LAW("it is too late to replace an activity when the environment is in use") {
  testing::environment world(register_all);
  world.client();
  CHECK_THROWS_AS(world.replace_activity(charge, [](activity_context&, int amount) { return amount; }),
                  configuration_error);
}

LAW("futures of a client are fulfilled when somebody waits for them") {
  testing::environment world(register_all);
  auto first = world.client().async().start(bill, "a", 1);
  auto ended = (first.get(), world.client().async().instance("a").wait(1h));
  CHECK(ended.get().output == "100");
  CHECK(world.client().instance("a").wait_for_kv_value<int>("paid", 1h) == 100);
}

LAW("each seed gives an order of its own, the same each time") {
  std::set<std::vector<int>> orders;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CHECK(order_of(seed).size() == 10);
    CHECK(order_of(seed) == order_of(seed));
    orders.insert(order_of(seed));
  }
  CHECK(orders.size() > 8);
}

LAW("every order in which things can happen leads to the same end") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    testing::environment_options options;
    options.seed = seed;
    testing::environment world(register_all, options);
    for (int i = 0; i < 5; ++i) world.client().start(subscription, "s" + std::to_string(i), "Ada");
    world.advance(1s);
    for (int i = 0; i < 5; ++i) world.client().instance("s" + std::to_string(i)).raise(confirmed, "Bob");
    for (int i = 0; i < 5; ++i)
      CHECK(world.client().instance(subscription, "s" + std::to_string(i)).result(365 * 24h) == "Bob paid 600");
  }
}

}  // namespace laws_of_time
