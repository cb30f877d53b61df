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
  testing::environment it(register_all, options);
  std::vector<int> order;
  it.replace_activity(charge, [&](activity_context&, int amount) {
    order.push_back(amount);
    return amount;
  });
  for (int i = 0; i < 10; ++i) it.client().start(bill, "b" + std::to_string(i), i);
  it.advance(1s);
  return order;
}

}  // namespace

LAW("a workflow that sleeps a month is over at once, and a month has passed") {
  testing::environment it(register_all);
  const timestamp begin = it.now();
  it.client().start(subscribe, "s", "Ada");
  CHECK(it.client().instance(subscribe, "s").result(31 * 24h) == "expired");
  CHECK(it.now() - begin >= 30 * 24h);
  CHECK(it.now() - begin < 30 * 24h + 1h);
}

LAW("a wait whose time is up ends when its time is up") {
  testing::environment it(register_all);
  it.client().start(subscribe, "s", "Ada");
  const timestamp begin = it.now();
  CHECK_THROWS_AS(it.client().instance(subscribe, "s").result(10h), timeout_error);
  CHECK(it.now() - begin == 10h);
}

LAW("an event is raised at a chosen moment") {
  testing::environment it(register_all);
  it.client().start(subscribe, "s", "Ada");
  it.at(29 * 24h, [&] { it.client().instance("s").raise(confirmed, "Bob"); });
  CHECK(it.client().instance(subscribe, "s").result(365 * 24h) == "Bob paid 600");
}

LAW("an event that comes a moment too late comes too late") {
  testing::environment it(register_all);
  it.client().start(subscribe, "s", "Ada");
  it.at(30 * 24h + 1s, [&] { it.client().instance("s").raise(confirmed, "Bob"); });
  CHECK(it.client().instance(subscribe, "s").result(365 * 24h) == "expired");
}

LAW("while nobody waits, nothing happens") {
  testing::environment it(register_all);
  it.client().start(subscribe, "s", "Ada");
  CHECK(it.client().instance("s").status().status == runtime_status::pending);
  it.advance(1s);
  CHECK(it.client().instance("s").status().custom_status == "waiting");
}

LAW("an activity is replaced, though it is registered") {
  testing::environment it(register_all);
  int asked = 0;
  it.replace_activity(send_mail, [&](activity_context&, const std::string&) -> std::string {
    ++asked;
    throw std::runtime_error("no mail today");
  });
  it.client().start(subscribe, "s", "Ada");
  const instance_status ended = it.client().instance("s").wait(1h);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "no mail today");
  CHECK(asked == 1);
}

LAW("it is too late to replace an activity when the environment is in use") {
  testing::environment it(register_all);
  it.client();
  CHECK_THROWS_AS(it.replace_activity(charge, [](activity_context&, int amount) { return amount; }),
                  configuration_error);
}

LAW("futures of a client are fulfilled when somebody waits for them") {
  testing::environment it(register_all);
  auto first = it.client().async().start(bill, "a", 1);
  auto ended = (first.get(), it.client().async().instance("a").wait(1h));
  CHECK(ended.get().output == "100");
  CHECK(it.client().instance("a").wait_for_kv_value<int>("paid", 1h) == 100);
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
    testing::environment it(register_all, options);
    for (int i = 0; i < 5; ++i) it.client().start(subscribe, "s" + std::to_string(i), "Ada");
    it.advance(1s);
    for (int i = 0; i < 5; ++i) it.client().instance("s" + std::to_string(i)).raise(confirmed, "Bob");
    for (int i = 0; i < 5; ++i)
      CHECK(it.client().instance(subscribe, "s" + std::to_string(i)).result(365 * 24h) == "Bob paid 600");
  }
}

}  // namespace laws_of_time
