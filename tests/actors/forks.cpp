// Runtimes and clients on both sides of a fork.
#include "tests/actors/fixture.hpp"
#include "tests/support/said_by_child.hpp"

#include <fcntl.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>

namespace duroxide::laws_of_forks {
namespace {

using namespace testing_support;

constexpr event<int> go{"go"};
constexpr activity<int(int)> forking{"forking"};
constexpr orchestration<int(int)> waiting{"Waiting"};
constexpr orchestration<int(int)> work{"Work"};

task<int> run_waiting(orchestration_context ctx, int) { co_return co_await ctx.wait_for_event(go); }
task<int> run_work(orchestration_context ctx, int n) { co_return co_await ctx.schedule_activity(forking, n); }

// "KIND ", and whether it says what to do.
template <class Operation> std::string refusal(Operation operation) {
  try {
    operation();
  } catch (const error& e) {
    const std::string text = e.what();
    const bool clear = text.find(" was opened in process ") != text.npos &&
                       text.find("after a fork: open it anew in the child") != text.npos;
    return std::string(to_string(e.kind())) + (clear ? " " : ": " + text);
  }
  return "done ";
}

LAW("in the child of a fork a runtime and its clients refuse, and go without a word") {
  test_store store;
  auto running = std::make_unique<runtime>(store.open(), verified());
  running->register_orchestration(waiting, run_waiting);
  running->start();
  client inside = running->client();
  std::optional<client> outside(store.open());
  inside.start(waiting, "w", 1);
  auto waits = outside->async().instance("w").wait(patience);  // a thread of that client
  std::string refused;
  for (int i = 0; i < 12; ++i) refused += "invalid_argument ";
  CHECK(said_by_child([&] {
          std::string answers;
          for (client* each : {&inside, &*outside}) {
            answers += refusal([&] { each->start(waiting, "x", 1); });
            answers += refusal([&] { each->instance("w").raise(go, 1); });
            answers += refusal([&] { each->instance("w").status(); });
            answers += refusal([&] { each->instance("w").wait(patience); });
            answers += refusal([&] { each->admin().list_instances({}); });
          }
          answers += refusal([&] { std::ignore = running->client(); });
          answers += refusal([&] { std::ignore = running->metrics(); });
          running->shutdown();
          running.reset();
          outside.reset();
          return answers;
        }) == refused);
  inside.instance("w").raise(go, 7);
  CHECK(waits.get().output == "7");
}

LAW("a runtime over the parent's store does not start in the child of a fork") {
  test_store store;
  const auto opened = store.open();
  CHECK(said_by_child([&] {
          runtime child(opened, verified());
          child.register_orchestration(waiting, run_waiting);
          return refusal([&] { child.start(); });
        }) == "invalid_argument ");
  runtime running(opened, verified());
  running.register_orchestration(waiting, run_waiting);
  running.start();
  running.client().start(waiting, "w", 1);
  running.client().instance("w").raise(go, 3);
  CHECK(running.client().instance(waiting, "w").result(patience) == 3);
}

LAW("a child that comes back from the activity that forked it ends there") {
  test_store store;
  runtime running(store.open(), verified());
  running.register_orchestration(work, run_work);
  running.register_activity(forking, [](activity_context&, int n) {
    const pid_t child = ::fork();
    if (child == 0 && n == 2) throw std::runtime_error("in the child");
    if (child == 0) return 0;
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  });
  running.start();
  for (int n = 1; n <= 2; ++n) {
    const std::string id = "w" + std::to_string(n);
    running.client().start(work, id, n);
    CHECK(running.client().instance(work, id).result(patience) == EXIT_FAILURE);
  }
}

// Those that stay open in a program that this one starts.
std::set<int> inherited_descriptors() {
  std::set<int> found;
  for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int descriptor = std::stoi(each.path().filename().string());
    const int flags = ::fcntl(descriptor, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) found.insert(descriptor);
  }
  return found;
}

LAW("a program that is started by one with a runtime gets none of its descriptors") {
  const auto before = inherited_descriptors();
  test_store store;
  runtime running(store.open(), verified());
  running.register_orchestration(waiting, run_waiting);
  running.start();
  client outside(store.open());
  outside.start(waiting, "w", 1);
  auto waits = outside.async().instance("w").wait(patience);
  CHECK(outside.instance("w").status().status != runtime_status::not_found);
  CHECK(inherited_descriptors() == before);
  outside.instance("w").raise(go, 1);
  CHECK(waits.get().output == "1");
}

}  // namespace
}  // namespace duroxide::laws_of_forks
