// The program of the page activities.md.
#include <duroxide/caf.hpp>

#include "guide/support.hpp"
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [functions]
constexpr dx::activity<std::string(std::string)> greet{"greet"};
constexpr dx::activity<int()> answer{"answer"};
constexpr dx::activity<void(std::string)> print{"print"};

std::string say_hello(dx::activity_context&, std::string name) { return "Hello, " + name; }

void register_functions(dx::runtime& runtime, std::vector<std::string>& printed) {
  runtime.register_activity(greet, say_hello);
  runtime.register_activity(answer, [](dx::activity_context&) { return 42; });
  runtime.register_activity(print,
                            [&printed](dx::activity_context&, std::string line) { printed.push_back(line); });
}
// [end]

constexpr dx::orchestration<int()> uses_functions{"UsesFunctions"};

dx::task<int> run_uses_functions(dx::orchestration_context ctx) {
  std::string hello = co_await ctx.schedule_activity(greet, "Ada");
  co_await ctx.schedule_activity(print, hello);
  co_return co_await ctx.schedule_activity(answer);
}

constexpr dx::activity<int(int)> pay{"pay"};
constexpr dx::orchestration<int(int)> pays{"Pays"};

// [idempotent]
// Stands for a payment service that takes a key with each request.
class payment_service {
public:
  void pay(const std::string& key, int amount) {
    std::lock_guard lock(mutex_);
    if (payments_.emplace(key, amount).second) total_ += amount;
  }
  int total() const { return total_; }

private:
  std::mutex mutex_;
  std::map<std::string, int> payments_;
  int total_ = 0;
};

void register_pay(dx::runtime& runtime, payment_service& service) {
  runtime.register_activity(pay, [&service](dx::activity_context& context, int amount) {
    service.pay(context.activity_id(), amount);
    if (context.attempt() == 1) throw std::runtime_error("the answer was lost");
    return amount;
  });
}
// [end]

dx::task<int> run_pays(dx::orchestration_context ctx, int amount) {
  dx::retry_policy twice = dx::retry_policy(2).with_backoff(dx::backoff::none());
  co_return co_await ctx.schedule_activity(pay, amount).with_retry(twice);
}

constexpr dx::activity<std::string(int)> poll{"poll"};
constexpr dx::orchestration<std::string(int)> polls{"Polls"};

// [coroutine]
dx::activity_task<std::string> poll_until_ready(dx::activity_context& context, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    if (context.is_cancelled()) co_return "cancelled";
    co_await dx::pause_for(context, 2ms);  // holds no thread
  }
  co_return "ready after " + std::to_string(rounds);
}
// [end]

dx::task<std::string> run_polls(dx::orchestration_context ctx, int rounds) {
  co_return co_await ctx.schedule_activity(poll, rounds);
}

constexpr dx::activity<int(int)> square{"square"};
constexpr dx::orchestration<int(int)> squares{"Squares"};

dx::task<int> run_squares(dx::orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(square, n);
}

// [actor]
caf::behavior squaring_actor(caf::event_based_actor*) {
  return {[](int n) { return n * n; }};
}

int square_by_actor(const std::shared_ptr<dx::provider>& store) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  dx::runtime runtime{store};
  dx::register_actor_activity(runtime, square, system.spawn(squaring_actor));
  runtime.register_orchestration(squares, run_squares);
  runtime.start();
  return runtime.client().start(squares, "nine", 9).result(30s);
}
// [end]

// [actor_message]
struct parcel {
  std::string item;
  int quantity = 0;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (item, quantity))

using reserve_atom = caf::atom_constant<caf::atom("reserve")>;

caf::behavior inventory(caf::event_based_actor*) {
  return {
      [](reserve_atom, const std::string& item, int quantity,
         const std::string& key) -> caf::result<std::string> {
        if (quantity > 100) return dx::make_final_error("we never have so many");  // no retry would help
        if (item == "coffee") return caf::make_error(caf::sec::runtime_error, "sold out");
        return item + " for " + key;
      },
      [](dx::cancel_activity_atom,
         const std::string& /*key*/) { /* nobody waits for that answer any more */ },
  };
}

constexpr dx::activity<std::string(parcel)> reserve{"reserve"};

void register_reserve(dx::runtime& runtime, std::function<caf::actor()> find_inventory) {
  auto options = dx::actor_activity_options()
                     .with_request([](const parcel& wanted, const dx::activity_info& info) {
                       return std::tuple(reserve_atom::value, wanted.item, wanted.quantity, info.id);
                     })
                     .with_answer([](std::string reserved) { return "reserved: " + reserved; })
                     .with_cancel_message();
  dx::register_actor_activity(runtime, reserve, std::move(find_inventory), options);
}
// [end]

constexpr dx::orchestration<std::string(parcel)> reserves{"Reserves"};

dx::task<std::string> run_reserves(dx::orchestration_context ctx, parcel wanted) {
  auto got = co_await dx::settle(ctx.schedule_activity(reserve, wanted));
  if (!got) co_return got.error().message();
  co_return *got;
}

std::string reserve_by_actor(const std::shared_ptr<dx::provider>& store, const parcel& wanted) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  dx::runtime runtime{store};
  register_reserve(runtime, [worker = system.spawn(inventory)] { return worker; });
  runtime.register_orchestration(reserves, run_reserves);
  runtime.start();
  return runtime.client().start(reserves, "reserves-" + wanted.item, wanted).result(30s);
}

// [limit]
dx::runtime_options with_few_connections() {
  dx::runtime_options options;
  options.async_activity_limit = 20;  // coroutines and actors; each holds a connection
  return options;
}
// [end]

constexpr dx::activity<std::string(int)> download{"download"};
constexpr dx::orchestration<std::string()> downloads{"Downloads"};

std::atomic<bool> stopped = false;

// [cancellation]
std::string run_download(dx::activity_context& context, int parts) {
  for (int part = 0; part < parts; ++part) {
    context.heartbeat("part " + std::to_string(part) + " of " + std::to_string(parts));
    // Waits as the network would; returns true at once when the activity is cancelled.
    if (context.wait_for_cancellation(1h)) {
      stopped = true;
      return {};  // nobody reads this
    }
  }
  return "done";
}
// [end]

// [cancelling]
dx::task<std::string> run_downloads(dx::orchestration_context ctx) {
  auto got = co_await dx::settle(ctx.schedule_activity(download, 3).with_timeout(50ms));
  if (!got) co_return got.error().message();
  co_return *got;
}
// [end]

constexpr dx::activity<void(std::string)> hand_over{"hand_over"};
constexpr dx::event<std::string> handed{"handed"};
constexpr dx::orchestration<std::string()> hands_over{"HandsOver"};

// [client]
void run_hand_over(dx::activity_context& context, std::string item) {
  dx::client client = context.get_client();
  // The id is the same when this activity runs again: the second start does nothing.
  client.start(polls, "polls-for-" + context.instance_id(), 1);
  client.instance(context.instance_id()).raise(handed, item);
}
// [end]

dx::task<std::string> run_hands_over(dx::orchestration_context ctx) {
  auto both = co_await dx::all(ctx.wait_for_event(handed), ctx.schedule_activity(hand_over, "a parcel"));
  co_return std::get<0>(both);
}

// [progress]
std::string progress_of(dx::client client, const std::string& instance) {
  for (const dx::activity_state& each : client.instance(instance).activities())
    if (each.progress) return each.name + ": " + *each.progress;
  return "no heartbeat yet";
}
// [end]

void register_all(dx::runtime& runtime) {
  runtime.register_activity(poll, poll_until_ready);
  runtime.register_activity(download, run_download);
  runtime.register_activity(hand_over, run_hand_over);
  runtime.register_orchestration(uses_functions, run_uses_functions);
  runtime.register_orchestration(pays, run_pays);
  runtime.register_orchestration(polls, run_polls);
  runtime.register_orchestration(downloads, run_downloads);
  runtime.register_orchestration(hands_over, run_hands_over);
}

void show_progress(dx::client client) {
  std::set<std::string> seen;
  client.start(downloads, "d");
  while (client.instance("d").status().status != dx::runtime_status::completed)
    seen.insert(progress_of(client, "d"));
  expect(seen.contains("download: part 0 of 3"));
  expect(client.instance(downloads, "d").result(30s), "activity 'download' was not done within 50 ms");
}

int main() {
  std::vector<std::string> printed;
  payment_service service;
  {
    dx::runtime runtime(dx::sqlite_provider::open_in_memory(), with_few_connections());
    register_functions(runtime, printed);
    register_pay(runtime, service);
    register_all(runtime);
    runtime.start();
    dx::client client = runtime.client();
    expect(client.start(uses_functions, "f").result(30s), 42);
    expect(client.start(pays, "p", 100).result(30s), 100);
    expect(client.start(polls, "polls", 3).result(30s), "ready after 3");
    expect(client.start(hands_over, "h").result(30s), "a parcel");
    expect(client.instance(polls, "polls-for-h").result(30s), "ready after 1");
    show_progress(client);
  }  // waits for the workers
  expect(printed.size(), 1U);
  expect(service.total(), 100);
  expect(stopped.load());
  expect(square_by_actor(dx::sqlite_provider::open_in_memory()), 81);
  expect(reserve_by_actor(dx::sqlite_provider::open_in_memory(), {"tea", 2}),
         "reserved: tea for reserves-tea/1/2");
  expect(reserve_by_actor(dx::sqlite_provider::open_in_memory(), {"coffee", 2}), "sold out");
}
