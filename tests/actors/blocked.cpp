// Code of an orchestration that does not come to an end: it may stop others, but no deadline.
#include "tests/actors/fixture.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <latch>
#include <sstream>

namespace duroxide::laws_of_blocked_code {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> stuck{"Stuck"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<std::string(int)> uses_client{"UsesClient"};

// Shared with code that may go on after its law.
struct hold {
  std::atomic<int> held = 0;
  std::atomic<bool> released = false;
};
std::shared_ptr<hold> held_by = std::make_shared<hold>();

task<int> run_stuck(orchestration_context ctx, int n) {
  ctx.set_custom_status("about to block");
  const std::shared_ptr<hold> here = held_by;
  ++here->held;
  here->released.wait(false);
  co_return n;
}

task<int> run_waiting(orchestration_context ctx, int n) {
  int more = co_await ctx.wait_for_event(go);
  co_return n + more;
}

// What all of the library logs while it lives.
class log_lines {
public:
  log_lines() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("law", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  log_lines(const log_lines&) = delete;
  log_lines& operator=(const log_lines&) = delete;
  ~log_lines() { spdlog::set_default_logger(before_); }
  // REQUIRES: nobody logs any more, or a flush.
  std::string text() const { return text_.str(); }

private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

runtime_options with_two_threads() {
  runtime_options options = verified();
  options.verify_replay = false;
  options.orchestration_concurrency = 2;
  options.shutdown_timeout = 100ms;
  options.activity_cancellation_grace_period = 100ms;
  options.long_turn = 20ms;
  return options;
}

// All threads of the runtime are in code that blocks until it is released.
class blocked_runtime {
public:
  explicit blocked_runtime(std::shared_ptr<provider> store)
      : here_((held_by = std::make_shared<hold>())),
        running_(std::make_unique<runtime>(std::move(store), with_two_threads())) {
    running_->register_orchestration(stuck, run_stuck);
    running_->register_orchestration(waiting, run_waiting);
    running_->start();
    client clients = running_->client();
    clients.start(waiting, "w", 1);
    for (int i = 0; i < 2; ++i) clients.async().start(stuck, "s" + std::to_string(i), i);
    REQUIRE(eventually([&] { return here_->held == 2; }));
  }
  blocked_runtime(const blocked_runtime&) = delete;
  blocked_runtime& operator=(const blocked_runtime&) = delete;
  ~blocked_runtime() { release(); }

  void release() {
    here_->released = true;
    here_->released.notify_all();
  }
  runtime& operator*() { return *running_; }
  runtime* operator->() { return running_.get(); }
  void destroy() { running_.reset(); }

private:
  std::shared_ptr<hold> here_;
  std::unique_ptr<runtime> running_;
};

}  // namespace

LAW("deadlines of clients hold while code of orchestrations blocks all threads") {
  test_store store;
  blocked_runtime running(store.open());
  client clients = running->client();
  CHECK(kind_of([&] { clients.instance("w").wait(10ms); }) == error_kind::timed_out);
  auto end = clients.async().instance("w").wait(10ms);
  REQUIRE(end.wait_for(patience) == std::future_status::ready);
  CHECK(details_of([&] { end.get(); }).message ==
        "instance 'w' was not done after 10 ms of waiting; it goes on");
  CHECK(kind_of([&] { clients.instance("w").wait_for_status_change(9, 10ms); }) == error_kind::timed_out);
  CHECK(kind_of([&] { clients.instance("w").wait_for_kv_value("k", 10ms); }) == error_kind::timed_out);
  client hasty = clients.with_call_timeout(10ms);
  CHECK(details_of([&] { hasty.start(waiting, "late", 1); }).message ==
        "start was not answered within 10 ms; it may still be done, so ask for the status "
        "before you "
        "repeat it");
  // What needs no orchestration's thread works.
  CHECK(clients.instance("w").status().status == runtime_status::running);
}

LAW("a shutdown returns after its timeouts although code of orchestrations blocks, and says so by name") {
  test_store store;
  log_lines log;
  blocked_runtime running(store.open());
  auto stopped = std::async(std::launch::async, [&] { running->shutdown(); });
  REQUIRE(stopped.wait_for(patience) == std::future_status::ready);
  stopped.get();
  running.destroy();
  spdlog::default_logger()->flush();
  CHECK_THAT(log.text(), Catch::Contains("instance 's0' of orchestration 'Stuck' (after blocked.cpp:"));
  CHECK_THAT(log.text(), Catch::Contains("instance 's1' of orchestration 'Stuck' (after blocked.cpp:"));
  CHECK_THAT(log.text(), Catch::Contains("is abandoned"));
  // The store is free for the next one, and what the abandoned code does does not count.
  runtime next(store.open(), with_two_threads());
  next.register_orchestration(waiting, run_waiting);
  next.register_orchestration(stuck, [](orchestration_context, int n) -> task<int> { co_return 100 + n; });
  next.start();
  running.release();
  next.client().instance("w").raise(go, 1);
  CHECK(next.client().instance(waiting, "w").result(patience) == 2);
  for (int i = 0; i < 2; ++i) {
    const std::string id = "s" + std::to_string(i);
    if (next.client().instance(id).status().status == runtime_status::not_found) continue;
    CHECK(next.client().instance(stuck, id).result(patience) == 100 + i);
  }
  CHECK(next.client().admin().verify().inconsistencies == 0);
}

LAW("a turn that takes long is named in the log and counted, once") {
  test_store store;
  log_lines log;
  blocked_runtime running(store.open());
  CHECK(eventually([&] { return running->metrics().orchestration("Stuck").long_turns == 2; }));
  running.release();
  for (int i = 0; i < 2; ++i) running->client().instance("s" + std::to_string(i)).wait(patience);
  CHECK(running->metrics().orchestration("Stuck").long_turns == 2);
  CHECK(running->metrics().orchestration("Waiting").long_turns == 0);
  CHECK_THAT(to_prometheus(running->metrics()),
             Catch::Contains("duroxide_long_turns_total{orchestration=\"Stuck\",version=\"1.0.0\"} 2"));
  running.destroy();
  CHECK_THAT(log.text(), Catch::Contains("duroxide: a turn of instance 's0' of orchestration 'Stuck' (after "
                                         "blocked.cpp:"));
  CHECK_THAT(log.text(), Catch::Contains("has not ended after 20 ms"));
}

LAW("clients and admins and runtimes refuse to be used inside an orchestration") {
  test_store store;
  static std::function<void()> misuse;
  runtime running(store.open(), verified());
  running.register_orchestration(uses_client, [](orchestration_context ctx, int n) -> task<std::string> {
    try {
      misuse();
    } catch (const configuration_error& e) {
      co_return e.what();
    }
    co_await ctx.schedule_timer(duration(n));
    co_return "nothing was refused";
  });
  running.start();
  client clients = running.client();
  const std::shared_ptr<provider> opened = store.open();
  client outside(opened);
  const std::vector<std::pair<std::string, std::function<void()>>> all{
      {"a client",
       [&] {
         clients.start({"X", "x", "1", {}});
       }},
      {"a client",
       [&] {
         clients.async().start({"X", "x", "1", {}});
       }},
      {"a client", [&] { clients.instance("x").raise(go, 1); }},
      {"a client", [&] { clients.instance("x").cancel("why"); }},
      {"a client", [&] { clients.instance("x").status(); }},
      {"a client", [&] { clients.instance("x").wait(1ms); }},
      {"a client", [&] { clients.instance("x").wait_for_kv_value("k", 1ms); }},
      {"a client", [&] { clients.instance("x").kv_value("k"); }},
      {"a client", [&] { clients.instance("x").activities(); }},
      {"a client", [&] { outside.instance("x").status(); }},
      {"an admin", [&] { clients.admin().list_instances(); }},
      {"an admin", [&] { admin(opened).verify(); }},
      {"runtime::shutdown", [&] { running.shutdown(); }},
  };
  int number = 0;
  for (const auto& [subject, misused] : all) {
    misuse = misused;
    const std::string id = "u" + std::to_string(++number);
    clients.start(uses_client, id, 1);
    const std::string refused = clients.instance(uses_client, id).result(patience);
    CHECK_THAT(refused, Catch::StartsWith(subject +
                                          " cannot be used inside an orchestration (here 'UsesClient', "
                                          "instance '" +
                                          id + "')"));
  }
}

}  // namespace duroxide::laws_of_blocked_code
