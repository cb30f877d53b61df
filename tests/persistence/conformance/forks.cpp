// Stores on both sides of a fork.
#include "tests/persistence/conformance/kit.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/said_by_child.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <tuple>

namespace laws_of_forks {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::testing_support::said_by_child;

namespace {

template <class T> std::string outcome(const stored<T>& answer) {
  if (answer) return "done\n";
  const bool clear = answer.error().certainty == commit_certainty::broken &&
                     answer.error().message.find(" was opened in process ") != std::string::npos &&
                     answer.error().message.find("open it anew in the child") != std::string::npos;
  return clear ? "refused\n" : answer.error().message + "\n";
}

// Joins, forks a child that lives until `end` is closed, and dies as by kill -9. Never returns.
[[noreturn]] void die_behind_a_child(provider& store, int end) {
  std::ignore = store.join({"parent that dies", {}, {}}).value();
  if (::fork() == 0) {
    char byte = 0;
    std::ignore = ::read(end, &byte, 1);
    ::_exit(EXIT_SUCCESS);
  }
  ::kill(::getpid(), SIGKILL);
  std::abort();
}

std::string state_of_node(provider& store, const std::string& name) {
  for (const node_info& each : store.administration().nodes(10).value())
    if (each.name == name) return each.state;
  return "unknown";
}

}  // namespace

STORE_LAW("in the child of a fork everything is refused, and the parent goes on") {
  if (!store.store().is_fork_sensitive()) return;
  store.create("a");
  const auto watch = store->watch(watch_scope::everything).value();
  const auto other = store.provider_for_another();
  const std::string report = said_by_child([&] {
    return outcome(store->status("a")) + outcome(store->post(event_for("a", "go"))) +
           outcome(store->start(start_of("b"), false)) + outcome(store->load("a")) +
           outcome(store.writer().commit(batch_of({turn_of("a", 3)}))) +
           outcome(store->join({"child", {}, {}})) + outcome(store->heartbeat(store.node(), {})) +
           outcome(store->leave(store.node())) + outcome(store->watch(watch_scope::others)) +
           outcome(store->administration().list({})) + outcome(other->status("a"));
  });
  CHECK(
      report ==
      "refused\nrefused\nrefused\nrefused\nrefused\nrefused\nrefused\nrefused\nrefused\nrefused\nrefused\n");
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::committed);
  CHECK(store->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(outline(store->load("a").value()->inbox) == "go");
}

STORE_LAW("what goes in the child of a fork takes nothing from the parent") {
  if (!store.store().is_fork_sensitive() || !store.store().is_shared()) return;
  store.create("a");
  auto other = store.store().open();
  const auto node = other->join({"another", {}, {}}).value().node;
  auto writer = other->open_writer(node, 0).value();
  auto watch = other->watch(watch_scope::everything).value();
  CHECK(said_by_child([&]() -> std::string {
          writer.reset();
          watch.reset();
          other.reset();
          return "gone";
        }) == "gone");
  CHECK(writer->commit(batch_of({first_turn("b")})).has_value());
  CHECK(other->heartbeat(node, {}).has_value());
  CHECK(store->heartbeat(store.node(), {}).has_value());
  CHECK(state_of_node(*store, "another") == "alive");
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::committed);
}

STORE_LAW("a node is dead when its process is, whatever children that has forked") {
  if (!store.store().is_fork_sensitive() || !store.store().is_shared()) return;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    ::close(ends[1]);
    die_behind_a_child(*store.store().open(), ends[0]);
  }
  int status = 0;
  ::waitpid(parent, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(testing_support::eventually([&] {
    std::ignore = store->heartbeat(store.node(), {}).value();
    return state_of_node(*store, "parent that dies") == "dead";
  }));
  ::close(ends[0]);
  ::close(ends[1]);
}

STORE_LAW("a store that is opened in the child of a fork is a store like others") {
  if (!store.store().is_fork_sensitive() || !store.store().is_shared()) return;
  store.create("a");
  const auto reader = store->watch(watch_scope::everything).value();
  const std::string report = said_by_child([&]() -> std::string {
    const auto own = store.store().open();
    const auto node = own->join({"child", {}, {}}).value().node;
    if (own->post(event_for("a", "go")).value() != post_outcome::accepted) return "not accepted";
    if (own->load("a").value()->inbox.size() != 1) return "not loaded";
    own->leave(node).value();
    return "works";
  });
  CHECK(report == "works");
  CHECK(outline(store->load("a").value()->inbox) == "go");
  CHECK(store.commit(turn_of("a", 3)).outcome == turn_outcome::committed);
}

}  // namespace laws_of_forks
