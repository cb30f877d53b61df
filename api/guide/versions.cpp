// The program of the page versions.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
constexpr dx::activity<std::string(std::string)> pack{"pack"};
constexpr dx::activity<std::string(std::string)> insure{"insure"};
constexpr dx::event_queue<std::string> payments{"payments"};
constexpr dx::orchestration<std::string(std::string)> shipping{"Shipping"};
// [end]

// [versions]
dx::task<std::string> ship_1(dx::orchestration_context ctx, std::string item) {
  std::string payer = co_await ctx.dequeue_event(payments);
  std::string packed = co_await ctx.schedule_activity(pack, item);
  co_return packed + " for " + payer;
}

dx::task<std::string> ship_2(dx::orchestration_context ctx, std::string item) {
  std::string insured = co_await ctx.schedule_activity(insure, item);  // new: a step before the wait
  std::string payer = co_await ctx.dequeue_event(payments);
  std::string packed = co_await ctx.schedule_activity(pack, insured);
  co_return packed + " for " + payer;
}
// [end]

void register_activities(dx::runtime& runtime) {
  runtime.register_activity(pack, [](dx::activity_context&, std::string item) { return "packed " + item; });
  runtime.register_activity(insure,
                            [](dx::activity_context&, std::string item) { return "insured " + item; });
}

// [builds]
void register_first_build(dx::runtime& runtime) {
  register_activities(runtime);
  runtime.register_orchestration(shipping, "1.0.0", ship_1);
}

void register_second_build(dx::runtime& runtime) {
  register_activities(runtime);
  runtime.register_orchestration(shipping, "1.0.0", ship_1);  // for the instances that run it
  runtime.register_orchestration(shipping, "2.0.0", ship_2);  // for the new ones
}
// [end]

// [deploy]
void deploy(const std::string& database) {
  auto first = std::make_unique<dx::runtime>(dx::sqlite_provider::open(database));
  register_first_build(*first);
  first->start();
  first->client().start(shipping, "old", "tea");

  dx::runtime second(dx::sqlite_provider::open(database));  // another process
  register_second_build(second);
  second.start();  // stands by while the first one runs the orchestrations
  first.reset();   // the old process ends; the second takes over
  dx::client client = second.client();
  client.start(shipping, "new", "cups");
  for (const char* instance : {"old", "new"}) client.instance(instance).enqueue(payments, "Ada");
  expect(client.instance(shipping, "old").result(30s), "packed tea for Ada");
  expect(client.instance("old").status().version, "1.0.0");
  expect(client.instance(shipping, "new").result(30s), "packed insured cups for Ada");
}
// [end]

// [policy]
void choose(dx::runtime& runtime) {
  dx::client client = runtime.client();
  client.start(shipping, "by-default", "tea");
  expect(client.instance("by-default").status().version, "2.0.0");  // the latest that is registered

  runtime.set_version_policy(shipping.name(), dx::version_policy::exact({1, 0, 0}));
  client.start(shipping, "by-policy", "tea");
  expect(client.instance("by-policy").status().version, "1.0.0");

  dx::start_options options;
  options.version = "2.0.0";
  client.start(shipping, "by-option", "tea", options);
  expect(client.instance("by-option").status().version, "2.0.0");  // beats the policy
}
// [end]

constexpr dx::event_queue<int> amounts{"amounts"};
constexpr dx::orchestration<std::string(int)> account{"Account"};

// [upgrade]
dx::task<std::string> account_1(dx::orchestration_context ctx, int balance) {
  int amount = co_await ctx.dequeue_event(amounts);
  if (amount == 0) co_return "1: " + std::to_string(balance);
  co_return ctx.continue_as_new(balance + amount);  // the policy chooses: the latest
}

dx::task<std::string> account_2(dx::orchestration_context ctx, int balance) {
  int amount = co_await ctx.dequeue_event(amounts);
  if (amount == 0) co_return "2: " + std::to_string(balance);
  co_return ctx.continue_as_new(balance + 2 * amount).with_version("2.0.0");  // stays, whatever comes
}
// [end]

std::string upgrade(const std::shared_ptr<dx::provider>& store) {
  {
    dx::runtime first(store);
    first.register_orchestration(account, "1.0.0", account_1);
    first.start();
    first.client().start(account, "ada", 100);
  }
  dx::runtime second(store);
  second.register_orchestration(account, "1.0.0", account_1);
  second.register_orchestration(account, "2.0.0", account_2);
  second.start();
  for (int amount : {1, 10, 0}) second.client().instance("ada").enqueue(amounts, amount);
  return second.client().instance(account, "ada").result(30s);
}

int main() {
  guide::temporary_database database;
  deploy(database.path());
  {
    dx::runtime runtime(dx::sqlite_provider::open_in_memory());
    register_second_build(runtime);
    runtime.start();
    choose(runtime);
    dx::start_options options;
    options.version = "3.0.0";
    expect(guide::error_of([&] { runtime.client().start(shipping, "x", "tea", options); }), "not_registered");
  }
  // 100, one more under 1.0.0, twice ten under 2.0.0.
  expect(upgrade(dx::sqlite_provider::open_in_memory()), "2: 121");
}
