// A node that is asked for far more than it can do slows down, and does not break.
#include "actors/client/admission.hpp"
#include "tests/actors/fixture.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>

namespace duroxide::laws_of_overload {
namespace {

using namespace testing_support;

constexpr activity<int(int)> slow{"slow"};
constexpr activity<int(std::string)> sink{"sink"};
constexpr orchestration<int(int)> one_step{"OneStep"};
constexpr orchestration<int(int)> fans_out{"FansOut"};

constexpr std::size_t request_limit = 10;
constexpr std::size_t queue_limit = 20;
constexpr std::size_t input_bytes = 10'000;
constexpr std::size_t inputs_in_memory = 5;
constexpr int width = 60;

task<int> run_one_step(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(slow, n);
}

task<int> run_fans_out(orchestration_context ctx, int count) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(sink, std::string(input_bytes, 'x')));
  co_await all(std::move(calls));
  co_return count;
}

// Nobody gets through before it is opened.
class barrier {
public:
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

runtime_options narrow() {
  runtime_options options = verified();
  options.client_request_limit = request_limit;
  options.activity_queue_limit = queue_limit;
  options.resident_limit = 30;
  return options;
}

runtime_options light() {
  runtime_options options = verified();
  options.activity_queue_bytes = inputs_in_memory * input_bytes;
  return options;
}

// Queued or running, in memory: one may be larger than what is left, and as many again as the workers have
// may be on their way to them.
bool are_few(const runtime& node) {
  return node.metrics().queued_activities <= inputs_in_memory + 1 + 2 * light().worker_concurrency;
}

std::string id_of(std::size_t n) { return "i" + std::to_string(n); }

}  // namespace

LAW("tenfold what fits into memory waits in the store, and all of it gets done") {
  constexpr std::size_t count = 10 * queue_limit + 10 * request_limit;
  barrier gate;
  test_store store;
  runtime runtime(store.open(), narrow());
  runtime.register_activity(slow, [&](activity_context&, int n) {
    gate.pass();
    return n;
  });
  runtime.register_orchestration(one_step, run_one_step);
  runtime.start();
  client client = runtime.client();
  std::vector<std::future<async_typed_handle<int>>> starts;
  for (std::size_t i = 0; i < count; ++i)
    starts.push_back(client.async().start(one_step, id_of(i), static_cast<int>(i)));
  std::size_t most = 0;
  for (auto& each : starts) {
    CHECK(each.get().was_started());
    most = std::max<std::size_t>(most, runtime.metrics().queued_activities);
  }
  // The workers claim some from the store even so, that they do not wait for it.
  CHECK(most <= queue_limit + 2 * narrow().worker_concurrency);
  CHECK(eventually([&] { return client.admin().get_queue_depths().activities_waiting >= count / 2; }));
  CHECK(eventually([&] { return runtime.metrics().resident_instances <= 40; }));
  gate.open();
  for (std::size_t i = 0; i < count; ++i)
    CHECK(client.instance(one_step, id_of(i)).result(patience) == static_cast<int>(i));
}

LAW("activities whose inputs do not fit into memory wait in the store, and all of them get done") {
  barrier gate;
  test_store store;
  runtime runtime(store.open(), light());
  runtime.register_activity(sink, [&](activity_context&, std::string text) {
    gate.pass();
    return static_cast<int>(text.size());
  });
  runtime.register_orchestration(fans_out, run_fans_out);
  runtime.start();
  client client = runtime.client();
  client.start(fans_out, "f", width);
  CHECK(eventually([&] { return runtime.metrics().running_activities == light().worker_concurrency; }));
  CHECK(are_few(runtime));
  CHECK(client.admin().get_queue_depths().activities_waiting >= width / 2);
  gate.open();
  CHECK(client.instance(fans_out, "f").result(patience) == width);
}

LAW("of what a node held it takes no more into memory at its next start than fits") {
  test_store store;
  {
    runtime_options impatient = verified();
    impatient.shutdown_timeout = 1ms;
    runtime first(store.open(), impatient);
    first.register_activity(sink, [](activity_context& context, std::string) {
      context.wait_for_cancellation(1h);  // shutdown cancels it
      return 0;
    });
    first.register_orchestration(fans_out, run_fans_out);
    first.start();
    first.client().start(fans_out, "f", width);
    REQUIRE(eventually([&] { return first.metrics().queued_activities >= width - 10; }));
  }
  barrier gate;
  runtime second(store.open(), light());
  second.register_activity(sink, [&](activity_context&, std::string text) {
    gate.pass();
    return static_cast<int>(text.size());
  });
  second.register_orchestration(fans_out, run_fans_out);
  second.start();
  client client = second.client();
  CHECK(eventually([&] { return client.admin().get_queue_depths().activities_waiting >= width / 2; }));
  CHECK(are_few(second));
  gate.open();
  CHECK(client.instance(fans_out, "f").result(patience) == width);
}

LAW("more requests than may wait are refused, and those that wait are let in one after the other") {
  constexpr std::size_t may_wait = request_limit * internal::admission::waiting_for_each;
  internal::admission gate(request_limit);
  std::size_t done = 0;
  for (std::size_t i = 0; i < request_limit + may_wait; ++i) CHECK(gate.enter([&done] { ++done; }));
  CHECK(done == request_limit);
  CHECK(gate.waiting() == may_wait);
  CHECK_FALSE(gate.enter([&done] { ++done; }));
  for (std::size_t i = 0; i < may_wait; ++i) gate.leave();
  CHECK(done == request_limit + may_wait);
}

LAW("a client that asks without end is told that too much waits, and nothing that was accepted is lost") {
  constexpr std::size_t count = request_limit * 100 * 2;
  test_store store;
  runtime runtime(store.open(), narrow());
  runtime.register_activity(slow, [](activity_context&, int n) { return n; });
  runtime.register_orchestration(one_step, run_one_step);
  runtime.start();
  client client = runtime.client();
  std::vector<std::future<async_typed_handle<int>>> starts;
  for (std::size_t i = 0; i < count; ++i)
    starts.push_back(client.async().start(one_step, id_of(i), static_cast<int>(i)));
  std::size_t refused = 0;
  std::vector<std::size_t> accepted;
  for (std::size_t i = 0; i < count; ++i) {
    try {
      if (starts[i].get().was_started()) accepted.push_back(i);
    } catch (const limit_error& e) {
      CHECK_THAT(e.what(), Catch::Contains("client_request_limit"));
      ++refused;
    }
  }
  CHECK(refused + accepted.size() == count);
  CHECK(accepted.size() >= request_limit * 100);
  for (std::size_t i : accepted)
    CHECK(client.instance(one_step, id_of(i)).result(patience) == static_cast<int>(i));
}

}  // namespace duroxide::laws_of_overload
