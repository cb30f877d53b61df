// The program of the page operating.md.
#include "guide/support.hpp"

#include <filesystem>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<int(int)> charge{"charge"};
constexpr dx::orchestration<int(int)> order{"Order"};

dx::task<int> run_order(dx::orchestration_context ctx, int amount) {
  co_return co_await ctx.schedule_activity(charge, amount);
}

// [store]
std::shared_ptr<dx::provider> open_store(const char* url) {
  if (url) return dx::postgres_provider::connect_with_schema(url, "shop");
  return dx::sqlite_provider::open_in_memory();
}
// [end]

// [find]
std::string first_failures(dx::admin admin) {
  dx::instance_query query;
  query.filter.statuses = {dx::runtime_status::failed};
  query.filter.orchestration = "Order";
  query.limit = 50;
  dx::instance_page page = admin.list_instances(query);  // the newest first
  std::string text;
  for (const dx::instance_summary& each : page.instances) {
    dx::instance_info info = admin.get_instance_info(each.instance);
    text += each.instance + ": " + info.error->message + "\n";
  }
  query.cursor = page.cursor;  // empty: that was all
  return text;
}
// [end]

// [ids]
std::size_t how_many_failed(dx::admin admin, std::vector<std::string> batch) {
  dx::instance_query query;
  query.filter.ids = std::move(batch);  // any of these; an empty list lets nothing through
  query.filter.statuses = {dx::runtime_status::failed};
  query.limit = 10'000;
  return admin.list_instances(query).instances.size();
}
// [end]

// [history]
std::string what_happened(dx::admin admin, const std::string& instance) {
  std::string text;
  for (const dx::history_event& event : admin.read_history(instance))
    text += std::to_string(event.id) + " " + std::string(to_string(event.kind)) + "\n";
  return text;
}
// [end]

// [sizes]
std::string how_large(dx::admin admin, const std::string& instance) {
  auto found = admin.instance_statistics(instance);
  if (!found) return "there is no such instance";
  return std::to_string(found->history_events) + " events, " + std::to_string(found->queued_messages) +
         " messages, " + std::to_string(found->kv_keys) + " values";
}
// [end]

// [tidy]
dx::deletion forget_old_ones(dx::admin admin, dx::timestamp before) {
  dx::instance_filter old;
  old.updated_before = before;
  return admin.delete_instances(old, 1000);  // those that have ended, with all below them
}
// [end]

// [retention]
dx::runtime_options forgetful() {
  dx::runtime_options options;
  options.delete_instances_after = 30 * 24h;  // after they ended, with all below them
  options.delete_executions_after = 24h;      // of instances that continue as new
  return options;
}
// [end]

// [move]
// REQUIRES: no runtime runs on either store, unless this is only a backup.
void move_house(dx::admin from, dx::admin to, const std::string& file) {
  from.export_instances(file);
  to.import_instances(file);
}
// [end]

// [verify]
std::string what_cannot_be(dx::admin admin) {
  std::string text;
  dx::verification found = admin.verify();
  for (const dx::inconsistency& each : found.first) text += each.instance + ": " + each.what + "\n";
  return text;
}
// [end]

int main() {
  dx::runtime runtime(open_store(nullptr), forgetful());
  runtime.register_activity(charge, [](dx::activity_context&, int amount) {
    if (amount < 0) throw std::runtime_error("nothing to charge");
    return amount;
  });
  runtime.register_orchestration(order, run_order);
  runtime.start();
  dx::client client = runtime.client();
  client.start(order, "good", 5);
  client.start(order, "bad", -5);
  expect(client.instance(order, "good").result(guide::patience), 5);
  client.instance("bad").wait(guide::patience);

  expect(first_failures(client.admin()), "bad: nothing to charge\n");
  expect(what_happened(client.admin(), "good"),
         "1 orchestration_started\n2 activity_scheduled\n3 activity_completed\n4 orchestration_completed\n");
  expect(how_many_failed(client.admin(), {"good", "bad", "unknown"}), 1U);
  expect(how_many_failed(client.admin(), {}), 0U);
  expect(how_large(client.admin(), "good"), "4 events, 0 messages, 0 values");
  expect(how_large(client.admin(), "unknown"), "there is no such instance");
  const std::string file = (std::filesystem::temp_directory_path() / "operating.jsonl").string();
  dx::admin other(open_store(nullptr));
  move_house(client.admin(), other, file);
  expect(other.get_system_metrics().instances, 2U);
  expect(other.compare_instances(file).size(), 0U);
  expect(what_cannot_be(other), "");
  std::filesystem::remove(file);
  expect(forget_old_ones(client.admin(), dx::timestamp::max()).instances, 2U);
  expect(client.admin().get_system_metrics().instances, 0U);
}
