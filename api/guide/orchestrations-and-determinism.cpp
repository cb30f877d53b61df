// The program of the page orchestrations-and-determinism.md.
#include "guide/support.hpp"

#include <numeric>
#include <random>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
struct order {
  std::string customer;
  std::vector<int> items;
};
BOOST_DESCRIBE_STRUCT(order, (), (customer, items))

constexpr dx::activity<int(int)> price_of{"price_of"};
constexpr dx::activity<std::string(int)> charge{"charge"};
constexpr dx::event_queue<std::string> approvals{"approvals"};
constexpr dx::orchestration<std::string(order)> checkout{"Checkout"};
// [end]

// [workflow]
dx::task<std::string> run_checkout(dx::orchestration_context ctx, order wanted) {
  std::vector<dx::activity_call<int>> prices;
  for (int item : wanted.items) prices.push_back(ctx.schedule_activity(price_of, item));
  auto each = co_await dx::all(std::move(prices));
  int sum = std::accumulate(each.begin(), each.end(), 0);
  std::string approver = co_await ctx.dequeue_event(approvals);
  std::string receipt = co_await ctx.schedule_activity(charge, sum);
  co_return wanted.customer + ", " + receipt + ", approved by " + approver;
}
// [end]

std::atomic<int> priced = 0;

// [register]
void register_checkout(dx::runtime& runtime) {
  runtime.register_activity(price_of, [](dx::activity_context&, int item) {
    ++priced;  // counted, to see how often it runs
    return item * 10;
  });
  runtime.register_activity(charge,
                            [](dx::activity_context&, int sum) { return "paid " + std::to_string(sum); });
  runtime.register_orchestration(checkout, run_checkout);
}
// [end]

// [restart]
std::string across_a_restart(const std::shared_ptr<dx::provider>& store) {
  {
    dx::runtime runtime(store);
    register_checkout(runtime);
    runtime.start();
    order wanted{"Ada", {1, 2, 3}};
    runtime.client().start(checkout, "order-1", wanted);
  }  // the destructor shuts it down: the order waits for its prices, or for its approval
  dx::runtime runtime(store);
  register_checkout(runtime);
  runtime.start();
  auto started_before = runtime.client().instance(checkout, "order-1");
  started_before.enqueue(approvals, "Grace");
  return started_before.result(30s);
}
// [end]

constexpr dx::orchestration<int()> dice{"Dice"};
constexpr dx::orchestration<int()> recorded_dice{"RecordedDice"};

// [wrong]
dx::task<int> roll_wrongly(dx::orchestration_context ctx) {
  std::random_device entropy;  // another number on every replay
  int sides = static_cast<int>(entropy() % 1'000'000);
  co_return co_await ctx.schedule_activity(price_of, sides);
}
// [end]

// [right]
dx::task<int> roll(dx::orchestration_context ctx) {
  int sides = static_cast<int>(ctx.random() % 1'000'000);  // drawn once, recorded, replayed
  co_return co_await ctx.schedule_activity(price_of, sides);
}
// [end]

void show_determinism() {
  // [verify]
  dx::runtime_options options;
  options.verify_replay = true;
  options.on_mismatch = dx::mismatch_policy::fail;
  dx::runtime runtime(dx::sqlite_provider::open_in_memory(), options);
  // [end]
  register_checkout(runtime);
  runtime.register_orchestration(dice, roll_wrongly);
  runtime.register_orchestration(recorded_dice, roll);
  runtime.start();
  dx::client client = runtime.client();
  client.start(dice, "wrong");
  client.start(recorded_dice, "right");
  dx::instance_status wrong = client.instance("wrong").wait(30s);
  expect(wrong.error && wrong.error->kind == dx::error_kind::nondeterminism);
  expect(wrong.error->category == dx::error_category::configuration);
  expect(client.instance("right").wait(30s).status == dx::runtime_status::completed);
}

constexpr dx::orchestration<std::string()> side_by_side{"SideBySide"};

dx::task<std::string> run_side_by_side(dx::orchestration_context ctx) {
  // [all]
  auto both = co_await dx::all(ctx.schedule_activity(price_of, 1), ctx.schedule_activity(charge, 2));
  auto& [price, receipt] = both;
  // [end]
  // [race]
  auto first = co_await dx::race(ctx.dequeue_event(approvals), ctx.schedule_timer(5ms));
  std::string answer = first.index() == 0 ? std::get<0>(first) : "nobody answered";
  // [end]
  // [start]
  auto early = ctx.start(ctx.schedule_activity(price_of, 7));  // scheduled here
  co_await ctx.schedule_timer(1ms);
  int seven = co_await std::move(early);  // awaited here
  // [end]
  co_return receipt + ", " + answer + ", " + std::to_string(price + seven);
}

constexpr dx::orchestration<int(int)> countdown{"Countdown"};

// [continue]
dx::task<int> run_countdown(dx::orchestration_context ctx, int left) {
  int price = co_await ctx.schedule_activity(price_of, left);
  if (left == 0) co_return price;
  co_return ctx.continue_as_new(left - 1);  // the same instance, a fresh history
}
// [end]

// [start-options]
int again(dx::client client, int from) {
  dx::start_options options;
  options.if_exists = dx::existing_instance::replace_terminal;  // an ended instance is deleted first
  return client.start(countdown, "c", from, options).result(30s);
}
// [end]

void show_the_rest() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  register_checkout(runtime);
  runtime.register_orchestration(side_by_side, run_side_by_side);
  runtime.register_orchestration(countdown, run_countdown);
  runtime.start();
  dx::client client = runtime.client();
  expect(client.start(side_by_side, "s").result(30s), "paid 2, nobody answered, 80");
  expect(client.start(countdown, "c", 4).result(30s), 0);
  expect(client.instance("c").status().execution, 5U);
  expect(again(client, 1), 0);
  expect(client.instance("c").status().execution, 7U);
  dx::start_options once;
  once.if_exists = dx::existing_instance::fail;
  expect(guide::error_of([&] { client.start(countdown, "c", 1, once); }), "already_exists");
}

int main() {
  expect(across_a_restart(dx::sqlite_provider::open_in_memory()), "Ada, paid 60, approved by Grace");
  expect(priced >= 3);
  show_determinism();
  show_the_rest();
}
