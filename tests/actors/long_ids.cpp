// Ids of children: what the engine makes, every call takes.
#include "tests/actors/fixture.hpp"

#include <fstream>

namespace duroxide::laws_of_long_ids {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int()> child{"child"};
constexpr orchestration<int()> parent{"parent"};
constexpr orchestration<int(int)> generations{"Generations"};
constexpr orchestration<int(std::string)> reads{"Reads"};

task<int> run_child(orchestration_context ctx) {
  ctx.set_kv_value("seen", 7);
  co_return co_await ctx.wait_for_event(go);
}

task<int> run_parent(orchestration_context ctx) {
  int first = co_await ctx.schedule_sub_orchestration(child);
  int second = co_await ctx.schedule_sub_orchestration(child);
  co_return 10 * first + second;
}

task<int> run_generations(orchestration_context ctx, int left) {
  if (left == 0) co_return static_cast<int>(ctx.instance_id().size());
  co_return co_await ctx.schedule_sub_orchestration(generations, left - 1);
}

task<int> run_reads(orchestration_context ctx, std::string instance) {
  auto seen = co_await ctx.get_kv_value_from_instance<int>(instance, "seen");
  co_return seen.value_or(-1);
}

std::unique_ptr<runtime> start_on(const std::shared_ptr<provider>& where) {
  auto started = std::make_unique<runtime>(where, verified());
  started->register_orchestration(child, run_child);
  started->register_orchestration(parent, run_parent);
  started->register_orchestration(generations, run_generations);
  started->register_orchestration(reads, run_reads);
  started->start();
  return started;
}

// Of the children of `root`, the one that runs.
std::string running_child(client caller, const std::string& root) {
  instance_query query;
  query.filter.parent = root;
  query.filter.statuses = {runtime_status::running};
  std::string id;
  REQUIRE(eventually([&] {
    const auto found = caller.admin().list_instances(query).instances;
    if (found.size() == 1) id = found.front().instance;
    return found.size() == 1;
  }));
  return id;
}

// Everything that clients and operators do with an instance, but its end.
void look_at(client caller, const std::string& id, const std::string& parent_id) {
  const admin admin = caller.admin();
  CHECK(caller.instance(id).status().status == runtime_status::running);
  CHECK(caller.instance(id).wait_for_kv_value<int>("seen", patience) == 7);
  CHECK(caller.instance(id).kv_value<int>("seen") == 7);
  CHECK(caller.instance(id).kv_values().size() == 1);
  CHECK(caller.instance(id).activities().empty());
  CHECK(kind_of([&] { caller.instance(id).wait(1ms); }) == error_kind::timed_out);
  CHECK(admin.get_instance_info(id).parent->instance == parent_id);
  CHECK(admin.list_executions(id).size() == 1);
  CHECK(admin.get_execution_info(id, 1).status == runtime_status::running);
  CHECK(admin.read_history(id).size() >= 3);
  CHECK(admin.get_instance_tree(id).size() == 1);
  CHECK(admin.prune_executions(id, {}).executions == 0);
  for (const std::string& prefix : {id, id.substr(0, id.size() - 1)}) {
    instance_query query;
    query.filter.id_prefix = prefix;
    CHECK(admin.list_instances(query).instances.size() == 1);
  }
  instance_query below;
  below.filter.parent = id;
  CHECK(admin.list_instances(below).instances.empty());
  CHECK(kind_of([&] { admin.delete_instance(id); }) == error_kind::invalid_argument);  // it has a parent
  CHECK(kind_of([&] { admin.export_instances("/dev/null", id); }) == error_kind::invalid_argument);
}

LAW("a child of a parent with the longest id is an instance like any other") {
  test_store store;
  temporary_folder folder;
  const std::string root(limits::id_bytes, 'p');
  {
    const auto where = store.open();
    auto here = start_on(where);
    client client = here->client();
    client.start(parent, root);
    const std::string first = running_child(client, root);
    CHECK(first.size() == limits::id_bytes);
    look_at(client, first, root);
    look_at(duroxide::client(where), first, root);
    client.start(reads, "reader", first);
    CHECK(client.instance(reads, "reader").result(patience) == 7);
    client.instance(first).raise(go, 4);
    CHECK(client.instance(child, first).result(patience) == 4);
    const std::string second = running_child(client, root);
    client.instance(second).enqueue("anything", "1");
    client.admin().export_instances(folder.file("root.jsonl"), root);
    client.instance(second).cancel("enough");
    CHECK(client.instance(root).wait(patience).error->message == "enough");
    CHECK(client.admin().delete_instance(root).instances == 3);
    CHECK(client.admin().verify().inconsistencies == 0);
  }
  test_store other("SQLite file");
  admin(other.open()).import_instances(folder.file("root.jsonl"));
  auto importing = start_on(other.open());
  client client = importing->client();
  client.instance(running_child(client, root)).raise(go, 2);
  CHECK(client.instance(parent, root).result(patience) == 42);
}

LAW("a thousand generations of children come to their end, each with an id that clients take") {
  test_store store;
  auto here = start_on(store.open());
  client client = here->client();
  client.start(generations, "g", 1000);
  CHECK(client.instance(generations, "g").result(patience) == static_cast<int>(limits::id_bytes));
  const auto tree = client.admin().get_instance_tree("g");
  REQUIRE(tree.size() == 1001);
  for (const auto& each : tree) {
    REQUIRE(each.summary.instance.size() <= limits::id_bytes);
    REQUIRE(client.instance(each.summary.instance).status().status == runtime_status::completed);
  }
  CHECK(client.admin().verify().inconsistencies == 0);
}

// As a build before the short form has exported it: the parent waits for a child with an id that is too long.
void write_old_export(const std::string& file, const std::string& root) {
  std::ofstream to(file);
  const std::string id = root + "::sub::2";
  const std::string times =
      R"("created_at":1795962302138,"updated_at":1795962302138,"custom_status_version":0}})";
  const std::string execution =
      R"({"execution":{"execution":1,"status":"running","started_at":1795962302138,"input":"null"}})";
  const std::string row = R"({"history":{"execution":1,"first_event_id":1,"count":)";
  const std::string packed =
      R"(,"packed":"{\"build\":\"duroxide 0.1.0\",\"at\":1795962302138,\"events\":[)"
      R"({\"kind\":\"orchestration_started\",\"data\":\"null\",\"version\":\"1.0.0\",)";
  const std::string seen = R"({"kv":{"key":"seen","updated_at":1795962302138,"value":"7"}})";
  to << R"({"duroxide_export":1,"from":"sqlite:a.db"})" << '\n'
     << R"({"instance":{"id":")" << root
     << R"(","orchestration":"parent","version":"1.0.0","status":"running","execution":1,"history_format":2,)"
     << times << '\n'
     << execution << '\n'
     << row << 2 << packed << R"(\"name\":\"parent\"},{\"kind\":\"sub_orchestration_scheduled\",)"
     << R"(\"name\":\"child\",\"data\":\"null\",\"instance\":\")" << id << R"(\"}]}"}})" << '\n'
     << R"({"instance":{"id":")" << id
     << R"(","orchestration":"child","version":"1.0.0","status":"running","execution":1,"parent_instance":")"
     << root << R"(","parent_execution":1,"parent_event_id":2,"history_format":2,)" << times << '\n'
     << execution << '\n'
     << row << 3 << packed << R"(\"name\":\"child\",\"parent\":{\"instance\":\")" << root
     << R"(\",\"execution\":1,\"event\":2}},{\"kind\":\"kv_set\",\"name\":\"seen\",\"data\":\"7\"},)"
     << R"({\"kind\":\"external_subscribed\",\"name\":\"go\"}]}"}})" << '\n'
     << seen << '\n'
     << R"({"end":{"lines":8}})" << '\n';
}

LAW("a child that has a longer id from a build before keeps it, runs on, and is seen by all") {
  const std::string root(limits::id_bytes, 'p');
  const std::string recorded = root + "::sub::2";
  for (const bool cancels : {false, true}) {
    test_store store;
    temporary_folder folder;
    write_old_export(folder.file("old.jsonl"), root);
    const auto where = store.open();
    admin(where).import_instances(folder.file("old.jsonl"));
    CHECK(admin(where).compare_instances(folder.file("old.jsonl")).empty());
    auto here = start_on(where);
    client client = here->client();
    look_at(client, recorded, root);
    look_at(duroxide::client(where), recorded, root);
    client.start(reads, "reader", recorded);
    CHECK(client.instance(reads, "reader").result(patience) == 7);
    if (cancels) {
      client.instance(recorded).cancel("enough");
      CHECK(client.instance(root).wait(patience).error->message == "enough");
    } else {
      client.instance(recorded).raise(go, 4);
      CHECK(client.instance(child, recorded).result(patience) == 4);
      const std::string second = running_child(client, root);
      CHECK(second.size() == limits::id_bytes);
      client.instance(second).raise(go, 2);
      CHECK(client.instance(parent, root).result(patience) == 42);
    }
    client.admin().export_instances(folder.file("again.jsonl"), root);
    CHECK(client.admin().verify().inconsistencies == 0);
    CHECK(client.admin().delete_instance(root).instances >= 2);
    CHECK(client.instance(recorded).status().status == runtime_status::not_found);
  }
}

LAW("a new instance has an id within the limit, whoever starts it") {
  test_store store;
  auto here = start_on(store.open());
  client client = here->client();
  const std::string id = std::string(limits::id_bytes, 'p') + "::sub::2";
  CHECK(kind_of([&] { client.start(parent, id); }) == error_kind::invalid_argument);
}

}  // namespace
}  // namespace duroxide::laws_of_long_ids
