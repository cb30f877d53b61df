// A node of a chaos run:  node STORE NAME FOLDER [--suspect-after MILLISECONDS]
// It prints "ready" when it has started, stops in order on SIGTERM, and appends lines to FOLDER/runs
// (run_log.hpp).
#include "tests/chaos/contracts.hpp"
#include "tests/chaos/run_log.hpp"
#include "tests/cluster/support/serving.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace dx = duroxide;
using namespace duroxide::chaos;

namespace {

// Orchestrations and activities are functions without captures.
std::optional<run_notes> noted;

int run_add_one(dx::activity_context& context, int n) {
  noted->begins(context.activity_id());
  noted->ends(context.activity_id());
  return n + 1;
}

dx::task<int> run_chain(dx::orchestration_context ctx, int n) {
  int result = 0;
  for (int i = 0; i < n; ++i) {
    int next = co_await ctx.schedule_activity(add_one, result);
    result = next;
  }
  co_return result;
}

int sum_of(const std::vector<int>& each) {
  int sum = 0;
  for (const int one : each) sum += one;
  return sum;
}

dx::task<int> run_fan_out(dx::orchestration_context ctx, int n) {
  std::vector<dx::activity_call<int>> calls;
  for (int i = 0; i < n; ++i) calls.push_back(ctx.schedule_activity(add_one, i));
  auto each = co_await dx::all(std::move(calls));
  co_return sum_of(each);
}

dx::task<int> run_sleeper(dx::orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(std::chrono::milliseconds(n));
  co_return co_await ctx.schedule_activity(add_one, n);
}

dx::task<int> run_patient(dx::orchestration_context ctx, int n) {
  ctx.set_custom_status("waits");
  int brought = co_await ctx.wait_for_event(go);
  co_return co_await ctx.schedule_activity(add_one, n + brought);
}

bool has_digit(int digits, int digit) {
  for (; digits > 0; digits /= 10)
    if (digits % 10 == digit) return true;
  return false;
}

dx::task<int> run_collector(dx::orchestration_context ctx, int n) {
  int digits = 0;
  for (int count = 0; count < n;) {
    const int number = co_await ctx.dequeue_event(numbers);
    if (has_digit(digits, number)) continue;
    digits = digits * 10 + number;
    ++count;
  }
  co_return digits;
}

dx::task<int> run_relay(dx::orchestration_context ctx, int digits) {
  int number = co_await ctx.dequeue_event(numbers);
  while (has_digit(digits, number)) {
    int next = co_await ctx.dequeue_event(numbers);
    number = next;
  }
  const int one_more = co_await ctx.schedule_activity(add_one, number);
  const int now = digits * 10 + one_more - 1;
  if (std::to_string(now).size() < digits_of_relay) co_return ctx.continue_as_new(now);
  co_return now;
}

dx::task<int> run_family(dx::orchestration_context ctx, int n) {
  std::vector<dx::sub_orchestration_call<int>> children;
  for (int i = 0; i < n; ++i) children.push_back(ctx.schedule_sub_orchestration(chain, 2));
  auto each = co_await dx::all(std::move(children));
  co_return sum_of(each);
}

dx::task<int> run_keeper(dx::orchestration_context ctx, int n) {
  for (int i = 0; i < n; ++i) {
    const int kept = ctx.get_kv_value<int>(total).value_or(0);
    const int more = co_await ctx.schedule_activity(add_one, kept);
    ctx.set_kv_value(total, more);
  }
  co_return ctx.get_kv_value<int>(total).value_or(0);
}

dx::task<int> run_starter(dx::orchestration_context ctx, int n) {
  ctx.start_orchestration(chain, ctx.instance_id() + detached_suffix, n);
  co_return 0;
}

void register_all(dx::runtime& runtime) {
  runtime.register_activity(add_one, run_add_one);
  runtime.register_orchestration(chain, run_chain);
  runtime.register_orchestration(fan_out, run_fan_out);
  runtime.register_orchestration(sleeper, run_sleeper);
  runtime.register_orchestration(patient, run_patient);
  runtime.register_orchestration(collector, run_collector);
  runtime.register_orchestration(relay, run_relay);
  runtime.register_orchestration(family, run_family);
  runtime.register_orchestration(keeper, run_keeper);
  runtime.register_orchestration(starter, run_starter);
}

std::shared_ptr<dx::provider> open(const std::string& store, const std::vector<std::string>& options) {
  if (options.empty()) return dx::open_store(store);
  if (options.size() != 2 || options[0] != "--suspect-after")
    throw std::runtime_error("arguments are STORE NAME FOLDER [--suspect-after MILLISECONDS]");
  constexpr std::string_view option = "schema=";
  const std::size_t place = store.rfind(option);
  if (place == std::string::npos) throw std::runtime_error("the store's URL must end with its schema");
  dx::postgres_options how;
  how.suspect_after = std::chrono::milliseconds(std::stoul(options[1]));
  return dx::postgres_provider::connect_with_schema(store.substr(0, place - 1),
                                                    store.substr(place + option.size()), how);
}

void run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) throw std::runtime_error("arguments are STORE NAME FOLDER");
  dx::cluster_tests::node_life life;

  noted.emplace(arguments[2] + "/runs", arguments[1]);
  dx::runtime_options options;
  options.verify_replay = true;
  dx::runtime runtime{open(arguments[0], {arguments.begin() + 3, arguments.end()}), options};
  register_all(runtime);
  life.serve(runtime);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "node: " << e.what() << '\n';
    return 1;
  }
}
