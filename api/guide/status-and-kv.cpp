// The program of the page status-and-kv.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [handles]
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
std::vector<std::string> follow(dx::client client, const std::string& instance) {
  std::vector<std::string> seen;
  for (std::uint64_t last = 0;;) {
    dx::instance_status now = client.wait_for_status_change(instance, last, 30s);
    if (now.custom_status_version > last) seen.push_back(now.custom_status.value_or("(none)"));
    if (is_terminal(now.status)) return seen;
    last = now.custom_status_version;
  }
}
// [end]

// [reading]
int look(dx::client client, const std::string& instance) {
  stage now = client.wait_for_kv_value<stage>(instance, "stage", 30s);  // waits until it is there
  auto count = client.get_kv_value<int>(instance, "count");             // std::optional
  auto all = client.get_kv_all_values(instance);                        // JSON texts, by key
  expect(all.at("stage").text(), R"({"number":1,"name":"boxes"})");
  return now.number + count.value_or(0);
}
// [end]

// [taken-back]
bool ended_before_they_left(dx::client client, const std::string& instance, std::stop_token they_leave) {
  try {
    client.wait_for_orchestration(instance, dx::no_limit, they_leave);
    return true;
  } catch (const dx::error& e) {
    if (e.kind() == dx::error_kind::cancelled) return false;  // the instance goes on
    throw;
  }
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
void start_with_labels(dx::client client) {
  dx::start_options options;
  options.labels = {{"customer", "Ada"}, {"priority", "high"}};
  client.start_orchestration(packing, "packing-7", options);
}
// [end]

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  runtime.register_orchestration(packing, run_packing);
  runtime.register_orchestration(observer, run_observer);
  runtime.register_orchestration(pruner, run_pruner);
  runtime.start();
  dx::client client = runtime.client();
  start_with_labels(client);
  expect(look(client, "packing-7"), 1);
  std::stop_source they_leave;
  they_leave.request_stop();
  expect(!ended_before_they_left(client, "packing-7", they_leave.get_token()));
  for (int more : {3, 4}) client.raise_event(go_on, "packing-7", more);
  auto seen = follow(client, "packing-7");
  expect(!seen.empty() && seen.back() == "sealed");
  expect(client.wait_for_orchestration(packing, "packing-7", 30s), 7);
  expect(ended_before_they_left(client, "packing-7", {}));
  dx::instance_status ended = client.get_status("packing-7");
  expect(ended.status == dx::runtime_status::completed);
  expect(ended.labels.at(0).value, "Ada");
  expect(ended.custom_status_version, 2U);
  expect(client.get_kv_value<int>("packing-7", "count").value(), 7);
  expect(!client.get_kv_value<stage>("packing-7", "stage"));
  expect(guide::error_of([&] { client.wait_for_kv_value<int>("packing-7", "stage", 30s); }),
         "instance_terminal");
  client.start_orchestration(observer, "o", "packing-7");
  expect(client.wait_for_orchestration(observer, "o", 30s), "it counted to 7");
  client.start_orchestration(pruner, "p");
  expect(client.wait_for_orchestration(pruner, "p", 30s), 1);
}
