// The program of the page processes.md.
#include "guide/support.hpp"
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::event<int> go{"go"};
constexpr dx::orchestration<int(int)> waiting{"Waiting"};

dx::task<int> run_waiting(dx::orchestration_context ctx, int) { co_return co_await ctx.wait_for_event(go); }

// [prefork]
// Each process opens the store for itself, after the fork.
int run_in_a_child(const std::string& url) {
  const pid_t child = fork();
  if (child == 0) {
    dx::client client(dx::open_store(url));
    client.instance("w").raise(go, 7);
    _exit(0);  // a child of a program with threads ends without destroying what it has copied
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
// [end]

// [refused]
bool is_refused_in_a_child(dx::client client) {
  if (fork() == 0) {
    try {
      client.instance("w").status();
    } catch (const dx::error& e) {
      _exit(e.kind() == dx::error_kind::invalid_argument ? 0 : 1);  // "... open it anew in the child ..."
    }
    _exit(2);
  }
  int status = 0;
  wait(&status);
  return status == 0;
}
// [end]

// [gone]
bool is_gone(dx::client client) {
  try {
    client.instance("w").status();
    return false;
  } catch (const dx::error& e) {
    return e.kind() == dx::error_kind::store_gone;
  }
}
// [end]

int main() {
  const guide::temporary_database database;
  const std::string url = "sqlite:" + database.path();
  dx::runtime runtime(dx::open_store(url));
  runtime.register_orchestration(waiting, run_waiting);
  runtime.start();
  dx::client client = runtime.client();
  client.start(waiting, "w", 1);
  expect(is_refused_in_a_child(client), true);
  expect(run_in_a_child(url), 0);
  expect(client.instance(waiting, "w").result(guide::patience), 7);
  expect(is_gone(client), false);
  std::filesystem::rename(database.path(), database.path() + ".moved");
  expect(is_gone(client), true);
  runtime.shutdown();
}
