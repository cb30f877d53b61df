// Ways in which people use all of this together.
#include "tests/actors/fixture.hpp"
#include "tests/support/history_of.hpp"

namespace duroxide::laws_of_patterns {
namespace {

using namespace testing_support;

constexpr activity<std::string(std::string)> answer{"answer"};
constexpr activity<int(int)> twice{"twice"};
constexpr event_queue<std::string> remarks{"remarks"};
constexpr event_queue<int> settings{"settings"};
constexpr event<int> approved{"approved"};
constexpr orchestration<int(int)> conversation{"Conversation"};
constexpr orchestration<std::string(std::string)> reloading{"Reloading"};
constexpr orchestration<int(int)> counting{"Counting"};
constexpr orchestration<int(int)> one_of_each{"OneOfEach"};
constexpr orchestration<int(int)> writer{"Writer"};
constexpr orchestration<int(int)> reader{"Reader"};

// Answers a message an execution; "bye" ends it.
task<int> run_conversation(orchestration_context ctx, int answered) {
  std::string heard = co_await ctx.dequeue_event(remarks);
  std::string reply = co_await ctx.schedule_activity(answer, heard);
  ctx.set_custom_status(reply);
  if (heard == "bye") co_return answered + 1;
  co_return ctx.continue_as_new(answered + 1);
}

// Takes settings up between its rounds of work, never within one.
task<std::string> run_reloading(orchestration_context ctx, std::string seen) {
  int setting = co_await ctx.dequeue_event(settings);
  for (int i = 0; i < 3; ++i) {
    int doubled = co_await ctx.schedule_activity(twice, setting);
    seen += std::to_string(doubled) + " ";
  }
  if (setting == 3) co_return seen;
  co_return ctx.continue_as_new(seen);
}

task<int> run_counting(orchestration_context ctx, int n) {
  if (n == 5) co_return 100 + n;
  for (int i = 0; i < 4; ++i) co_await ctx.schedule_activity(twice, i);
  co_await ctx.schedule_timer(1ms);
  co_return ctx.continue_as_new(n + 1);
}

task<int> run_one_of_each(orchestration_context ctx, int n) {
  ctx.set_kv_value("begun with", n);
  auto each = co_await all(ctx.schedule_activity(twice, n), ctx.wait_for_event(approved),
                           ctx.schedule_timer(1ms), ctx.schedule_sub_orchestration(counting, 4));
  co_return 1000 * std::get<0>(each) + 100 * std::get<1>(each) + std::get<3>(each) - 100;
}

// Twenty keys in each of five executions. `n` is 100 times the execution, and who it is.
task<int> run_writer(orchestration_context ctx, int n) {
  int round = n / 100;
  for (int i = 0; i < 20; ++i) {
    std::string key = std::to_string(round) + "/" + std::to_string(i);
    ctx.set_kv_value(key, 100 * (n % 100) + round);
  }
  co_await ctx.schedule_timer(1ms);
  if (round < 4) co_return ctx.continue_as_new(n + 100);
  co_return static_cast<int>(ctx.get_kv_length());
}

// Adds up ten keys that a writer has set last.
task<int> run_reader(orchestration_context ctx, int whose) {
  int sum = 0;
  for (int i = 0; i < 10; ++i) {
    std::string key = "4/" + std::to_string(i);
    auto value = co_await ctx.get_kv_value_from_instance<int>("w" + std::to_string(whose), key);
    sum += value.value_or(0);
  }
  co_return sum;
}

std::unique_ptr<runtime> start_on(std::shared_ptr<provider> store, runtime_options options = verified()) {
  auto started = std::make_unique<runtime>(std::move(store), options);
  started->register_activity(answer, [](activity_context&, std::string heard) { return "re: " + heard; });
  started->register_activity(twice, [](activity_context&, int n) { return 2 * n; });
  started->register_orchestration(conversation, run_conversation);
  started->register_orchestration(reloading, run_reloading);
  started->register_orchestration(counting, run_counting);
  started->register_orchestration(one_of_each, run_one_of_each);
  started->register_orchestration(writer, run_writer);
  started->register_orchestration(reader, run_reader);
  started->start();
  return started;
}

LAW("a conversation: messages in, custom status out, an execution for each") {
  test_store store;
  auto runtime = start_on(store.open());
  client client = runtime->client();
  client.start(conversation, "c", 0);
  std::uint64_t seen = 0;
  for (const char* words : {"hello", "how are you", "bye"}) {
    client.instance("c").enqueue(remarks, words);
    instance_status now = client.instance("c").wait_for_status_change(seen, patience);
    CHECK(now.custom_status == "re: " + std::string(words));
    seen = now.custom_status_version;
  }
  CHECK(client.instance(conversation, "c").result(patience) == 3);
  CHECK(client.instance("c").status().custom_status == "re: bye");
  CHECK(client.instance("c").status().custom_status_version == 3);
  CHECK(client.instance("c").status().execution == 3);
}

LAW("settings that come while work is under way are taken up in order, when it is done") {
  test_store store;
  auto runtime = start_on(store.open());
  client client = runtime->client();
  client.start(reloading, "r", "");
  for (int setting : {1, 2, 3}) client.instance("r").enqueue(settings, setting);
  CHECK(client.instance(reloading, "r").result(patience) == "2 2 2 4 4 4 6 6 6 ");
}

LAW("each execution of a chain has a history of its own, from its start to its end") {
  test_store store;
  std::shared_ptr<provider> opened = store.open();
  auto runtime = start_on(opened);
  std::vector<std::string> ids{"a", "b", "c", "d"};
  for (const auto& id : ids) runtime->client().start(counting, id, 0);
  for (const auto& id : ids) {
    CHECK(runtime->client().instance(counting, id).result(patience) == 105);
    for (std::uint64_t execution = 1; execution <= 6; ++execution) {
      auto kinds = event_kinds(*opened, id, execution);
      REQUIRE(kinds.size() >= 2);
      CHECK(kinds.front() == "orchestration_started");
      CHECK(kinds.back() == (execution == 6 ? "orchestration_completed" : "orchestration_continued_as_new"));
      CHECK(kinds.size() == (execution == 6 ? 2U : 12U));
    }
  }
}

LAW("one thread for orchestrations and one for activities are enough for everything") {
  test_store store;
  runtime_options options = verified();
  options.orchestration_concurrency = 1;
  options.worker_concurrency = 1;
  auto runtime = start_on(store.open(), options);
  client client = runtime->client();
  for (int i = 0; i < 10; ++i) {
    client.start(one_of_each, "o" + std::to_string(i), i);
    client.instance("o" + std::to_string(i)).raise(approved, i);
  }
  for (int i = 0; i < 10; ++i) {
    std::string id = "o" + std::to_string(i);
    CHECK(client.instance(one_of_each, id).result(patience) == 2000 * i + 100 * i + 5);
    CHECK(client.instance(id).kv_value<int>("begun with") == i);
  }
}

LAW("many instances write many keys over many executions, and as many others read them") {
  test_store store;
  auto runtime = start_on(store.open());
  client client = runtime->client();
  for (int i = 0; i < 10; ++i) client.start(writer, "w" + std::to_string(i), i);
  for (int i = 0; i < 10; ++i)
    CHECK(client.instance(writer, "w" + std::to_string(i)).result(patience) == 100);
  for (int i = 0; i < 10; ++i) client.start(reader, "r" + std::to_string(i), i);
  for (int i = 0; i < 10; ++i)
    CHECK(client.instance(reader, "r" + std::to_string(i)).result(patience) == 10 * (100 * i + 4));
}

}  // namespace
}  // namespace duroxide::laws_of_patterns
