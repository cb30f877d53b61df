// A runtime whose database file is removed or replaced.
#include "tests/actors/fixture.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <functional>
#include <sstream>

namespace duroxide::laws_of_store_gone {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

constexpr event<int> go{"go"};
constexpr orchestration<int(int)> waiting{"Waiting"};

task<int> run_waiting(orchestration_context ctx, int) { co_return co_await ctx.wait_for_event(go); }

// What the runtime logs meanwhile.
class captured_log {
public:
  captured_log() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "captured", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  captured_log(const captured_log&) = delete;
  captured_log& operator=(const captured_log&) = delete;
  ~captured_log() { spdlog::set_default_logger(before_); }

  // REQUIRES: nobody logs any more.
  std::string text() const { return text_.str(); }

private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

const std::vector<std::pair<std::string, std::function<void(const std::string&)>>> disturbances{
    {"removed",
     [](const std::string& file) {
       for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(file + suffix);
     }},
    {"replaced",
     [](const std::string& file) {
       fs::rename(file, file + ".old");
       sqlite_provider::open(file + ".new");
       fs::rename(file + ".new", file);
     }},
};

LAW("a runtime whose database file is gone stops, and says what happened to all who wait or come") {
  for (const auto& [name, disturb] : disturbances) {
    INFO(name);
    const captured_log log;
    const temporary_folder folder;
    const std::string file = folder.file("app.db");
    runtime runtime(sqlite_provider::open(file), verified());
    runtime.register_orchestration(waiting, run_waiting);
    runtime.start();
    client client = runtime.client();
    client.start(waiting, "w", 1);
    auto ended = client.async().instance("w").wait(patience);
    disturb(file);
    // Nobody has asked for anything.
    CHECK(kind_of([&] { ended.get(); }) == error_kind::store_gone);
    const auto told = details_of([&] { client.start(waiting, "x", 1); });
    CHECK(told.kind == error_kind::store_gone);
    CHECK_THAT(told.message, Catch::Contains(file) && Catch::Contains("while this process had the database"));
    CHECK(kind_of([&] { client.instance("w").raise(go, 1); }) == error_kind::store_gone);
    CHECK(kind_of([&] { client.instance("w").status(); }) == error_kind::store_gone);
    CHECK(fs::exists(file) == (name == "replaced"));
    if (name == "replaced") {  // others use that one meanwhile
      duroxide::runtime next(sqlite_provider::open(file), verified());
      next.register_orchestration(waiting, run_waiting);
      next.start();
      next.client().start(waiting, "x", 1);
      next.client().instance("x").raise(go, 7);
      CHECK(next.client().instance(waiting, "x").result(patience) == 7);
    }
    runtime.shutdown();
    CHECK_THAT(log.text(), Catch::Contains("this node stops for good, because its store is gone") &&
                               !Catch::Contains("begins again"));
  }
}

LAW("a turn that was written into a removed file is not told to have been") {
  const temporary_folder folder;
  runtime_options options = verified();
  options.passivate_after = 5ms;
  runtime runtime(sqlite_provider::open(folder.file("app.db")), options);
  runtime.register_orchestration(waiting, run_waiting);
  runtime.start();
  client client = runtime.client();
  int started = 0;
  const auto start_more = [&] {
    client.start(waiting, "w" + std::to_string(started), 1);
    ++started;
  };
  for (int i = 0; i < 20; ++i) start_more();
  const std::string moved = folder.file("moved.db");
  for (const auto* suffix : {"", "-wal", "-shm"}) fs::rename(folder.file("app.db") + suffix, moved + suffix);
  CHECK(kind_of([&] {
          for (;;) start_more();
        }) == error_kind::store_gone);
  runtime.shutdown();
  CHECK(admin(sqlite_provider::open(moved)).get_system_metrics().instances >=
        static_cast<std::uint64_t>(started));
}

}  // namespace
}  // namespace duroxide::laws_of_store_gone
