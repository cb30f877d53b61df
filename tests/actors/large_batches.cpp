// What is large comes through in portions, and what is too large fails alone.
#include "actors/instance/turn_gate.hpp"
#include "actors/store/batch_room.hpp"
#include "tests/actors/fixture.hpp"
#include "tests/support/faulty_provider.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

namespace duroxide::laws_of_large_batches {
namespace {

using namespace testing_support;

constexpr activity<int(std::string)> sink{"sink"};
constexpr activity<std::string(std::size_t)> make{"make"};
constexpr event_queue<std::string> notes{"notes"};
constexpr event<std::string> told{"told"};
constexpr orchestration<std::size_t(int)> counts{"Counts"};
constexpr orchestration<std::size_t(int)> listens{"Listens"};
constexpr orchestration<std::size_t(int)> gathers{"Gathers"};
constexpr orchestration<int(int)> fans_out{"FansOut"};
constexpr orchestration<std::string(int)> parent{"Parent"};
constexpr orchestration<int(int)> portions{"Portions"};
constexpr orchestration<int(int)> small{"Small"};
constexpr orchestration<std::string(std::string)> echo{"Echo"};
constexpr orchestration<std::string(int)> writes{"Writes"};
constexpr orchestration<std::string(int)> reads{"Reads"};

constexpr std::size_t large = 1'900'000;
constexpr int many = 36;  // twice what fits into a batch

task<std::size_t> run_listens(orchestration_context ctx, int count) {
  std::size_t bytes = 0;
  for (int i = 0; i < count; ++i) {
    std::string text = co_await ctx.dequeue_event(notes);
    bytes += text.size();
  }
  co_return bytes;
}

task<std::size_t> run_gathers(orchestration_context ctx, int count) {
  std::vector<activity_call<std::string>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(make, large));
  auto texts = co_await all(std::move(calls));
  co_return texts.size();
}

task<std::size_t> run_counts(orchestration_context ctx, int count) {
  std::vector<activity_call<std::string>> calls;
  for (int i = 0; i < count; ++i) calls.push_back(ctx.schedule_activity(make, std::size_t{1}));
  auto texts = co_await all(std::move(calls));
  co_return texts.size();
}

// As many portions, asked for when timers fire that are all due at once.
task<int> run_portions(orchestration_context ctx, int count) {
  std::vector<task<int>> all_of_them;
  for (int i = 0; i < count; ++i)
    all_of_them.push_back([](orchestration_context inner) -> task<int> {
      co_await inner.schedule_timer(50ms);
      co_return co_await inner.schedule_activity(sink, std::string(17'000'000, 'x'));
    }(ctx));
  co_await all(std::move(all_of_them));
  co_return count;
}

task<int> run_fans_out(orchestration_context ctx, int width) {
  std::vector<activity_call<int>> calls;
  for (int i = 0; i < width; ++i) calls.push_back(ctx.schedule_activity(sink, std::string(10'000, 'x')));
  co_await all(std::move(calls));
  co_return width;
}

task<std::string> run_parent(orchestration_context ctx, int width) {
  auto child = co_await settle(ctx.schedule_sub_orchestration(fans_out, width));
  co_return child ? "done" : child.error().message();
}

task<std::string> run_echo(orchestration_context, std::string text) { co_return text; }

std::atomic<int> large_turns_made = 0;

task<std::string> run_writes(orchestration_context, int) {
  ++large_turns_made;
  co_return std::string(large, 'x');
}

std::atomic<int> small_turns_made = 0;

task<int> run_small(orchestration_context, int n) {
  ++small_turns_made;
  co_return n;
}

// The first letters of what it was told.
task<std::string> run_reads(orchestration_context ctx, int count) {
  std::vector<wait_call<std::string>> all_at_once;
  for (int i = 0; i < count; ++i) all_at_once.push_back(ctx.wait_for_event(told));
  auto texts = co_await all(std::move(all_at_once));
  std::string first;
  for (const std::string& each : texts) first += each.front();
  co_return first;
}

void start(runtime& runtime) {
  runtime.register_activity(sink, [](activity_context&, std::string text) { return int(text.size()); });
  runtime.register_activity(make, [](activity_context&, std::size_t size) { return std::string(size, 'x'); });
  runtime.register_orchestration(listens, run_listens);
  runtime.register_orchestration(gathers, run_gathers);
  runtime.register_orchestration(fans_out, run_fans_out);
  runtime.register_orchestration(parent, run_parent);
  runtime.register_orchestration(small, run_small);
  runtime.register_orchestration(echo, run_echo);
  runtime.register_orchestration(writes, run_writes);
  runtime.register_orchestration(reads, run_reads);
  runtime.start();
}

// The payloads of the largest batch that was written.
struct largest_batch {
  std::shared_ptr<faults> watched = std::make_shared<faults>();
  std::shared_ptr<std::atomic<std::size_t>> bytes = std::make_shared<std::atomic<std::size_t>>();

  largest_batch() {
    watched->before_commit = [bytes = bytes](const commit_batch& batch) -> std::optional<store_error> {
      std::size_t sum = 0;
      for (const auto& turn : batch.turns)
        for (const auto& row : turn->history) sum += row.packed.size();
      for (const auto& post : batch.posts) sum += post.content.data.size();
      for (const auto& one : batch.starts) sum += one.input.size();
      std::size_t before = *bytes;
      while (before < sum && !bytes->compare_exchange_weak(before, sum)) {
      }
      return std::nullopt;
    };
  }
};

// Replaying megabytes in each turn takes long, and is not what these laws are about.
runtime_options quick() {
  runtime_options options;
  options.verify_replay = false;
  return options;
}

}  // namespace

LAW("messages that are sent at once are written in batches of at most 32 MiB, and one turn takes no more") {
  test_store store;
  largest_batch batches;
  runtime runtime(with_faults(store.open(), batches.watched), quick());
  start(runtime);
  client client = runtime.client();
  client.start(listens, "l", many);
  const json_text text('"' + std::string(large, 'x') + '"');
  std::vector<std::future<void>> sent;
  for (int i = 0; i < many; ++i) sent.push_back(client.async().instance("l").enqueue("notes", text));
  for (auto& each : sent) each.get();
  CHECK(client.instance(listens, "l").result(2 * patience) == many * large);
  CHECK(*batches.bytes <= limits::batch_bytes);
  CHECK(*batches.bytes > limits::batch_bytes / 2);
}

LAW("a small turn does not wait for all large ones that came before it") {
  test_store store;
  auto watched = std::make_shared<faults>();
  auto held = std::make_shared<std::atomic<bool>>(true);
  auto large_before = std::make_shared<std::atomic<int>>(0);
  auto small_seen = std::make_shared<std::atomic<bool>>(false);
  watched->before_commit = [=](const commit_batch& batch) -> std::optional<store_error> {
    if (*held && !batch.turns.empty())
      return store_error{commit_certainty::not_done, error_kind::store_unavailable, "not now"};
    for (const auto& turn : batch.turns) {
      if (turn->instance == "small") *small_seen = true;
      if (turn->instance.starts_with("large") && !*small_seen) ++*large_before;
    }
    return std::nullopt;
  };
  runtime runtime(with_faults(store.open(), watched), quick());
  start(runtime);
  client client = runtime.client();
  const json_text text('"' + std::string(large, 'x') + '"');
  std::vector<std::future<async_instance_handle>> started;
  for (int i = 0; i < many; ++i)
    started.push_back(client.async().start({"Echo", "large-" + std::to_string(i), text.text(), {}}));
  REQUIRE(eventually([&] { return runtime.metrics().store_errors > 3; }));
  auto last = client.async().start({"Small", "small", "7", {}});
  REQUIRE(eventually(
      [&, before = runtime.metrics().store_errors] { return runtime.metrics().store_errors > before + 2; }));
  *held = false;
  last.get();
  for (auto& each : started) each.get();
  CHECK(*large_before < many / 2);
}

LAW("turns are made no faster than the store takes their bytes, and small ones do not wait for large ones") {
  constexpr int count = 150;
  // Each is stored as an event and as an output.
  constexpr int fit_into_memory = internal::turn_gate::most_bytes / (2 * large) + 1;
  test_store store;
  auto watched = std::make_shared<faults>();
  auto held = std::make_shared<std::atomic<bool>>(true);
  watched->before_commit = [=](const commit_batch&) -> std::optional<store_error> {
    if (!*held) return std::nullopt;
    return store_error{commit_certainty::not_done, error_kind::store_unavailable, "not now"};
  };
  runtime runtime(with_faults(store.open(), watched), quick());
  start(runtime);
  client client = runtime.client();
  large_turns_made = 0;
  small_turns_made = 0;
  std::vector<std::future<async_typed_handle<std::string>>> started;
  for (int i = 0; i < count; ++i)
    started.push_back(client.async().start(writes, "large-" + std::to_string(i), i));
  auto last = client.async().start(small, "small", 7);
  CHECK(eventually(
      [&] { return runtime.metrics().waiting_starts + runtime.metrics().waiting_turns >= fit_into_memory; }));
  REQUIRE(eventually([&, before = runtime.metrics().store_errors] {
    return runtime.metrics().store_errors > before + 3 || large_turns_made == count;
  }));
  const int made_by_then = large_turns_made;
  CHECK(made_by_then <= fit_into_memory + 2 * static_cast<int>(std::thread::hardware_concurrency()));
  CHECK(eventually([] { return small_turns_made == 1; }));
  *held = false;
  for (auto& each : started) each.get();
  CHECK(last.get().was_started());
  for (int i = 0; i < count; ++i) client.instance("large-" + std::to_string(i)).wait(patience);
  CHECK(client.instance(small, "small").result(patience) == 7);
}

LAW("outcomes that come at once are taken in turns of at most a thousand, so that others need not wait") {
  constexpr int count = 4 * internal::batch_room::most_things;
  test_store store;
  auto watched = std::make_shared<faults>();
  auto done = std::make_shared<std::atomic<int>>(0);
  auto most = std::make_shared<std::atomic<std::size_t>>(0);
  watched->before_commit = [=](const commit_batch& batch) -> std::optional<store_error> {
    for (const auto& turn : batch.turns) {
      if (turn->finished_activities.empty()) continue;
      if (!eventually([&] { return *done == count; }, patience))
        continue;  // then not even so many come at once
      *most = std::max<std::size_t>(*most, turn->finished_activities.size());
    }
    return std::nullopt;
  };
  runtime_options options = quick();
  options.activity_queue_limit = count;
  runtime runtime(with_faults(store.open(), watched), options);
  runtime.register_activity(make, [done](activity_context&, std::size_t size) {
    ++*done;
    return std::string(size, 'x');
  });
  runtime.register_orchestration(counts, run_counts);
  runtime.start();
  client client = runtime.client();
  client.start(counts, "c", count);
  CHECK(client.instance(counts, "c").result(patience) == count);
  CHECK(*most == internal::batch_room::most_things);
}

LAW("outcomes that come at once are taken in turns of at most 32 MiB") {
  test_store store;
  largest_batch batches;
  runtime_options options = quick();
  options.worker_concurrency = 8;
  runtime runtime(with_faults(store.open(), batches.watched), options);
  start(runtime);
  client client = runtime.client();
  client.start(gathers, "g", many);
  CHECK(client.instance(gathers, "g").result(2 * patience) == std::size_t{many});
  CHECK(*batches.bytes <= limits::batch_bytes);
}

LAW("messages that do not fit into memory are read page by page, in the order in which they came") {
  constexpr int before = 52;  // more than three pages
  constexpr int after = 20;
  test_store store;
  auto watched = std::make_shared<faults>();
  auto largest = std::make_shared<std::atomic<std::size_t>>(0);
  watched->after_load = [=](const loaded_instance& loaded) {
    std::size_t bytes = 0;
    for (const message& each : loaded.inbox) bytes += each.data.size();
    *largest = std::max<std::size_t>(*largest, bytes);
  };
  std::string in_order;
  const auto tell = [&](client sender, std::size_t bytes) {
    in_order += static_cast<char>('a' + in_order.size() % 26);
    sender.instance("r").raise("told", json_text('"' + std::string(bytes, in_order.back()) + '"'));
  };
  client outside(store.open());
  outside.start(reads, "r", before + after);
  for (int i = 0; i < before; ++i) tell(outside, large);
  runtime runtime(with_faults(store.open(), watched), quick());
  start(runtime);
  client client = runtime.client();
  for (int i = 0; i < after; ++i) tell(i % 2 == 0 ? client : outside, 1000);
  CHECK(client.instance(reads, "r").result(2 * patience) == in_order);
  CHECK(*largest <= limits::batch_bytes + large);
  CHECK(watched->inbox_pages >= 3);
}

LAW("an orchestration that asks for too much in one turn fails, alone, with the size and the line") {
  test_store store;
  runtime_options options = verified();
  options.turn_limit = 500'000;
  runtime runtime(store.open(), options);
  start(runtime);
  client client = runtime.client();
  client.start(fans_out, "fits", 20);
  CHECK(client.instance(fans_out, "fits").result(patience) == 20);
  client.start(fans_out, "wide", 1000);
  const auto ended = client.instance("wide").wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->category == error_category::application);
  CHECK(ended.error->kind == error_kind::limit_exceeded);
  CHECK_THAT(ended.error->message, Catch::Contains("the limit is 500000 (runtime_options::turn_limit)"));
  CHECK_THAT(ended.error->message, Catch::Contains("large_batches.cpp:"));
  CHECK(client.instance("wide").activities().empty());
  client.start(parent, "p", 1000);
  CHECK_THAT(client.instance(parent, "p").result(patience), Catch::Contains("turn_limit"));
  client.start(small, "s", 7);
  CHECK(client.instance(small, "s").result(patience) == 7);
}

LAW("what is asked for when much arrives at once is no more than when it arrives one by one") {
  test_store store;
  runtime_options options = verified();
  options.payload_limit = 20'000'000;
  options.turn_limit = 40'000'000;
  runtime runtime(store.open(), options);
  runtime.register_activity(sink, [](activity_context&, const std::string&) { return 0; });
  runtime.register_orchestration(portions, run_portions);
  runtime.start();
  client client = runtime.client();
  client.start(portions, "p", 4);
  CHECK(client.instance(portions, "p").result(patience) == 4);
  CHECK(client.admin().verify().inconsistencies == 0);
}

LAW("a start and a message that no turn could take are refused") {
  test_store store;
  runtime_options options = verified();
  options.turn_limit = 50'000;
  runtime runtime(store.open(), options);
  start(runtime);
  client client = runtime.client();
  const json_text text('"' + std::string(60'000, 'x') + '"');
  const auto refused = details_of<limit_error>([&] { client.start({"Small", "s", text.text(), {}}); });
  CHECK_THAT(refused.message, Catch::Contains("the limit is 50000 (runtime_options::turn_limit)"));
  client.start(listens, "l", 1);
  CHECK_THAT(details_of<limit_error>([&] { client.instance("l").enqueue("notes", text); }).message,
             Catch::Contains("the payload of 'notes' has 60002 bytes as it is stored"));
  client.instance("l").enqueue("notes", json_text("\"short\""));
  CHECK(client.instance(listens, "l").result(patience) == 5);
}

}  // namespace duroxide::laws_of_large_batches
