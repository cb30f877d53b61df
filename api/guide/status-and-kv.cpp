// The program of the page status-and-kv.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
struct stage {
  int number = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(stage, (), (number, name))

constexpr dx::event<int> go_on{"go_on"};
constexpr dx::orchestration<int()> packing{"Packing"};
// [end]

constexpr dx::orchestration<std::string(std::string)> observer{"Observer"};
constexpr dx::orchestration<int()> pruner{"Pruner"};

// [setting]
dx::task<int> run_packing(dx::orchestration_context ctx) {
  ctx.set_custom_status("packing");
  stage now{1, "boxes"};
  ctx.set_kv_value("stage", now);
  ctx.set_kv_value("count", 0);
  for (int round = 0; round < 2; ++round) {
    int more = co_await ctx.wait_for_event(go_on);
    ctx.set_kv_value("count", *ctx.get_kv_value<int>("count") + more);
  }
  ctx.set_custom_status("sealed");
  ctx.clear_kv_value("stage");
  co_return *ctx.get_kv_value<int>("count");
}
// [end]

// [following]
std::vector<std::string> follow(const dx::instance_handle& instance) {
  std::vector<std::string> seen;
  for (std::uint64_t last = 0;;) {
    dx::instance_status now = instance.wait_for_status_change(last, 30s);
    if (now.custom_status_version > last) seen.push_back(now.custom_status.value_or("(none)"));
    if (is_terminal(now.status)) return seen;
    last = now.custom_status_version;
  }
}
// [end]

// [reading]
int look(const dx::instance_handle& instance) {
  stage now = instance.wait_for_kv_value<stage>("stage", 30s);  // waits until it is there
  auto count = instance.kv_value<int>("count");                 // std::optional
  auto all = instance.kv_values();                              // JSON texts, by key
  expect(all.at("stage").text(), R"({"number":1,"name":"boxes"})");
  return now.number + count.value_or(0);
}
// [end]

// [taken-back]
bool ended_before_they_left(const dx::instance_handle& instance, std::stop_token they_leave) {
  try {
    instance.wait(dx::no_limit, they_leave);
    return true;
  } catch (const dx::error& e) {
    if (e.kind() == dx::error_kind::cancelled) return false;  // the instance goes on
    throw;
  }
}
// [end]

// [until-exists]
std::future<int> count_of_packing(const dx::client& client) {
  return client.async().instance(packing, "packing-8").until_exists().result(30s);
}
// [end]

// [other]
dx::task<std::string> run_observer(dx::orchestration_context ctx, std::string instance) {
  auto count = co_await ctx.get_kv_value_from_instance<int>(instance, "count");
  co_return count ? "it counted to " + std::to_string(*count) : "no count";
}
// [end]

// [prune]
dx::task<int> run_pruner(dx::orchestration_context ctx) {
  ctx.set_kv_value("old", 1);
  co_await ctx.schedule_timer(5ms);
  ctx.set_kv_value("new", 1);
  auto gone = ctx.prune_kv_values_updated_before(ctx.utc_now() - 2ms);
  co_return static_cast<int>(gone);
}
// [end]

// [labels]
dx::typed_handle<int> start_with_labels(dx::client client) {
  dx::start_options options;
  options.labels = {{"customer", "Ada"}, {"priority", "high"}};
  return client.start(packing, "packing-7", options);
}
// [end]

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  runtime.register_orchestration(packing, run_packing);
  runtime.register_orchestration(observer, run_observer);
  runtime.register_orchestration(pruner, run_pruner);
  runtime.start();
  dx::client client = runtime.client();
  auto instance = start_with_labels(client);
  expect(look(instance), 1);
  std::stop_source they_leave;
  they_leave.request_stop();
  expect(!ended_before_they_left(instance, they_leave.get_token()));
  for (int more : {3, 4}) instance.raise(go_on, more);
  auto seen = follow(instance);
  expect(!seen.empty() && seen.back() == "sealed");
  expect(instance.result(30s), 7);
  expect(ended_before_they_left(instance, {}));
  dx::instance_status ended = instance.status();
  expect(ended.status == dx::runtime_status::completed);
  expect(ended.labels.at(0).value, "Ada");
  expect(ended.custom_status_version, 2U);
  expect(instance.kv_value<int>("count").value(), 7);
  expect(!instance.kv_value<stage>("stage"));
  expect(guide::error_of([&] { instance.wait_for_kv_value<int>("stage", 30s); }), "instance_terminal");
  expect(guide::error_of([&] { client.instance("packing-8").wait(30s); }), "instance_not_found");
  auto count = count_of_packing(client);
  auto later = client.start(packing, "packing-8");
  for (int more : {1, 2}) later.raise(go_on, more);
  expect(count.get(), 3);
  expect(client.start(observer, "o", "packing-7").result(30s), "it counted to 7");
  expect(client.start(pruner, "p").result(30s), 1);
}
