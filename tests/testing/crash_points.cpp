// A crash at every durable point of many workflows, in the real runtime with its threads, on real stores.
#include "actors/testing/guarded_store.hpp"
#include "tests/simulation/workflows.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/stores.hpp"

#include <atomic>
#include <chrono>
#include <iostream>

using namespace duroxide;
using namespace duroxide::simulation;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;

// A process is dead when it comes to a write of its own choice: from then on its store refuses everything, as
// a store refuses one that is not there any more.
class deadly_guard final : public internal::store_guard {
public:
  explicit deadly_guard(std::optional<std::uint64_t> write, bool after) : at_(write), after_(after) {}

  std::optional<store_error> before(std::string_view operation, bool writes) override {
    if (dead_) return died();
    if (!writes || operation == "join" || operation == "open_writer" || operation == "tend" ||
        operation == "leave")
      return std::nullopt;
    const std::uint64_t number = ++writes_;
    if (!after_ && at_ == number) dead_ = true;
    if (after_ && at_ == number) dies_after_ = true;
    return dead_ ? std::optional(died()) : std::nullopt;
  }
  std::optional<store_error> after(std::string_view operation) override {
    if (operation == "commit" && dies_after_.exchange(false)) dead_ = true;
    return dead_ ? std::optional(died()) : std::nullopt;
  }

  bool dead() const { return dead_; }
  std::uint64_t writes() const { return writes_; }

private:
  static store_error died() {
    return {store_fate::fenced, error_kind::store_unavailable, "this process has died"};
  }

  const std::optional<std::uint64_t> at_;
  const bool after_;
  std::atomic<std::uint64_t> writes_ = 0;
  std::atomic<bool> dies_after_ = false;
  std::atomic<bool> dead_ = false;
};

// A process: a runtime on a provider object of its own.
class process {
public:
  process(std::shared_ptr<provider> store, std::shared_ptr<deadly_guard> guard)
      : guard_(std::move(guard)), runtime_(internal::guarded(std::move(store), guard_), hasty()) {
    register_all(runtime_, [](const activity_context&) {});
    runtime_.start();
  }

private:
  static runtime_options hasty() {
    runtime_options options;
    options.verify_replay = true;
    options.worker_tag_filter = tag_filter::any();
    options.shutdown_timeout = 0ms;
    options.activity_cancellation_grace_period = 5s;
    return options;
  }
  std::shared_ptr<deadly_guard> guard_;
  runtime runtime_;
};

// Starts the program, sends it its messages, and gives what came of it. Processes that die are replaced.
std::string run(const program& what, std::optional<std::uint64_t> crash, bool after, std::uint64_t& writes,
                std::uint64_t& crashes) {
  testing_support::test_store store;
  auto outside = store.open();
  client from_outside(outside);
  json_text input(codec<program>::encode(what));
  from_outside.start_orchestration(std::string(interpreter.name()), "w", input);
  for (std::int64_t n = 1; n <= messages_of(what); ++n) from_outside.enqueue_event(messages, "w", n);
  auto guard = std::make_shared<deadly_guard>(crash, after);
  auto alive = std::make_unique<process>(store.open(), guard);
  const auto ended = [&] {
    if (guard->dead()) {
      writes += guard->writes();
      ++crashes;
      alive.reset();
      guard = std::make_shared<deadly_guard>(std::nullopt, false);
      alive = std::make_unique<process>(store.open(), guard);
    }
    return is_terminal(from_outside.get_status("w").status);
  };
  REQUIRE(testing_support::eventually(ended, patience));
  writes += guard->writes();
  const instance_status status = from_outside.get_status("w");
  return status.error ? status.error->message : status.output;
}

// Without signals, which need a client that watches, and without long timers.
bool is_suitable(const std::vector<step>& steps) {
  for (const step& each : steps)
    if (each.kind == "signal" || each.n > 1000 || !is_suitable(each.parts)) return false;
  return true;
}

program draw(internal::dice& chance) {
  for (;;) {
    program made = make_program(chance, 12);
    if (is_suitable(made.steps)) return made;
  }
}

}  // namespace

LAW("a crash before and after every durable write of a workflow changes nothing of its outcome") {
  internal::dice chance(7);
  std::uint64_t crashes = 0;
  const int programs = testing_support::store_kind() == "PostgreSQL" ? 2 : 6;
  for (int i = 0; i < programs; ++i) {
    const program what = draw(chance);
    std::uint64_t points = 0;
    std::uint64_t none = 0;
    const std::string undisturbed = run(what, std::nullopt, false, points, none);
    INFO(codec<program>::encode(what));
    if (!what.fails) CHECK(codec<outcome>::decode("it", undisturbed).sum == answer_of(what));
    for (std::uint64_t write = 1; write <= points; ++write)
      for (const bool after : {false, true}) {
        INFO("a crash " << (after ? "after" : "before") << " write " << write << " of " << points);
        std::uint64_t ignored = 0;
        CHECK(run(what, write, after, ignored, crashes) == undisturbed);
      }
  }
  CHECK(crashes > 20);
  std::cout << "crashes on " << testing_support::store_kind() << ": " << crashes << "\n";
}
