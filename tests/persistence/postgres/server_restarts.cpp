// A server that stops, crashes, and becomes a standby, under providers that stay.
#include "persistence/store_failure.hpp"
#include "tests/persistence/postgres/kit.hpp"

#include <csignal>
#include <fstream>
#include <set>
#include <thread>

namespace laws_of_server_restarts {

using namespace duroxide;
using namespace duroxide::conformance;
using namespace duroxide::persistence_tests;
using testing_support::eventually;
using testing_support::private_server;

namespace {

// Stopped while it exists.
class stopped_server {
public:
  stopped_server() { private_server().stop(); }
  ~stopped_server() { private_server().restart(); }
};

template <class T> std::string certainty_of(const stored<T>& answer) {
  return answer ? "done" : to_string(answer.error().certainty);
}

bool answers(raw_session& session) {
  try {
    return session.run("select 1") == "1";
  } catch (const persistence::store_failure&) {
    return false;
  }
}

// Nothing but a commit brings to the disk what the server has to remember.
class without_wal_writer {
public:
  without_wal_writer() { tell("alter system set wal_writer_delay = '10s'"); }
  ~without_wal_writer() { tell("alter system reset wal_writer_delay"); }

private:
  static void tell(const std::string& what) {
    raw_session session(private_server().url(), "public");
    session.run(what);
    session.run("select pg_reload_conf()");
  }
};

bool is_listening(raw_session& eyes) {
  return eyes.number("select count(*) from pg_stat_activity where query ilike 'listen%'") > 0;
}

}  // namespace

LAW("while the server stands still nothing is done, and all goes on when it is back") {
  const lone_node node;
  const lone_node other(private_server().url(), node.schema());
  REQUIRE(node.outcome(scheduling({shared_activity("a", 2)})) == "committed");
  const auto watch = node->watch(watch_scope::others).value();
  REQUIRE(node->status("a").has_value());
  {
    const stopped_server stopped;
    for (int tries = 0; tries < 2; ++tries) {
      CHECK(node.outcome(turn_of("a", 3)) == "not_done");
      CHECK(certainty_of(node->status("a")) == "not_done");
      CHECK(certainty_of(node->load("a")) == "not_done");
      CHECK(certainty_of(node->fetch_undelivered(node.node(), "", end_of_time, 10, {})) == "not_done");
      CHECK(certainty_of(node->claim_activities(node.node(), claim_at(0))) == "not_done");
      CHECK(certainty_of(node->heartbeat(node.node())) == "not_done");
      CHECK(certainty_of(node->post(event_for("a", "go"))) == "not_done");
      CHECK(certainty_of(node->start(start_of("b"))) == "not_done");
      CHECK(certainty_of(node->join({"late", {}, {}, true})) == "not_done");
      CHECK(node->next_heartbeat_in(node.node()).has_value());
    }
    const auto text = node->post(event_for("a", "go")).error().message;
    CHECK(has(text, "post: postgresql://duroxide@"));
    CHECK(has(text, "Check that the server runs"));
  }
  CHECK(node.outcome(turn_of("a", 3)) == "committed");
  CHECK(node->status("a").value().status == runtime_status::running);
  CHECK(node->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(node->start(start_of("b")).value());
  CHECK(outline(node->claim_activities(node.node(), claim_at(0)).value()) == "a2");
  CHECK(node->heartbeat(node.node()).value().gained.empty());
  CHECK(other->heartbeat(other.node()).value().gained.empty());
  const std::string of_node = " and node = " + std::to_string(node.node());
  CHECK(node.beside().number("select commit_seq from writers where lane = 0" + of_node) == 2);
}

LAW("a watch wakes again after a restart") {
  const lone_node node;
  const lone_node other(private_server().url(), node.schema());
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  const auto watch = node->watch(watch_scope::others).value();
  private_server().restart();
  raw_session eyes = node.beside();
  REQUIRE(eventually([&] { return is_listening(eyes); }));
  for (int drained = 0; drained < 3; ++drained) watch->wait(duration(10));
  REQUIRE(other->post(event_for("a", "go")).has_value());
  const auto began = std::chrono::steady_clock::now();
  watch->wait(std::chrono::seconds(20));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

// A server that crashes forgets which transaction ids it gave to transactions that left nothing behind, and
// gives them again; a reader that was told of them before takes what is written under them for long since
// seen.
LAW("what is written after a crash is found, although its transaction has an id that was used before") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  const without_wal_writer unflushed;
  undelivered_page page;
  const auto look = [&] {
    return eventually([&] {
      auto found = node->fetch_undelivered(node.node(), page.position, end_of_time, 10, {});
      if (found) page = *std::move(found);
      return found.has_value();
    });
  };
  bool used_before = false;
  // Whatever else commits just then brings the ids to the disk: then it is tried again.
  for (int crash = 0; crash < 20 && !used_before; ++crash) {
    REQUIRE(node->post(event_for("a", "before")).value() == post_outcome::accepted);
    raw_session beside = node.beside();
    for (int i = 0; i < 50; ++i) beside.run("begin; select pg_current_xact_id(); rollback");
    REQUIRE(look());
    CHECK(outline(page.messages) == "before");
    const auto next = beside.run("select pg_snapshot_xmax(pg_current_snapshot())");
    private_server().restart("immediate");
    REQUIRE(eventually([&] {
      const auto posted = node->post(event_for("a", "after"));
      return posted && *posted == post_outcome::accepted;
    }));
    used_before = node.beside().run("select written_by < '" + next + "' from inbox order by id desc") == "t";
    REQUIRE(look());
    CHECK(outline(page.messages) == "after");
    REQUIRE(look());
    CHECK(outline(page.messages) == "");
  }
  CHECK(used_before);
}

LAW("members do not expire each other when the server threw all sessions out by itself") {
  const lone_node first;
  const lone_node second(private_server().url(), first.schema());
  REQUIRE(first->heartbeat(first.node()).has_value());
  const auto started = first.beside().run("select pg_postmaster_start_time()");
  raw_session witness = first.beside();
  // One backend dies, and the server ends all others, because it trusts no memory that they share.
  REQUIRE(::kill(first.beside().number("select pg_backend_pid()"), SIGKILL) == 0);
  REQUIRE(eventually([&] { return !answers(witness); }));
  for (const lone_node* each : {&second, &first, &second, &first}) {
    // Its session may be lost on the way, and it tries again; but it is never told that it is expired.
    std::string certainty;
    REQUIRE(eventually([&] {
      certainty = certainty_of((*each)->heartbeat(each->node()));
      return certainty == "done" || certainty == "fenced";
    }));
    CHECK(certainty == "done");
  }
  CHECK(first.beside().run("select pg_postmaster_start_time()") == started);
  CHECK(first.outcome(first_turn("a")) == "committed");
}

LAW("what was acknowledged is there after a crash, and nothing is there twice") {
  const lone_node node;
  std::set<std::string> acknowledged;
  std::set<std::string> unknown;
  std::atomic<bool> stopping = false;
  std::atomic<int> commits = 0;
  std::thread writing([&] {
    for (int i = 0; !stopping; ++i) {
      const std::string instance = "i" + std::to_string(i);
      std::string outcome;
      while (!stopping && (outcome = node.outcome(first_turn(instance))) == "not_done")
        std::this_thread::yield();
      if (outcome == "committed") acknowledged.insert(instance);
      if (outcome == "unknown") unknown.insert(instance);
      ++commits;
    }
  });
  for (int crash = 0; crash < 2; ++crash) {
    const int before = commits;
    CHECK(eventually([&] { return commits > before + 20; }));
    private_server().restart("immediate");
  }
  const int before = commits;
  CHECK(eventually([&] { return commits > before + 20; }));
  stopping = true;
  writing.join();

  raw_session eyes = node.beside();
  for (const auto& instance : acknowledged)
    REQUIRE(eyes.run("select status from instances where id = '" + instance + "'") == "running");
  CHECK(unknown.size() <= 2);
  const auto total = static_cast<int>(acknowledged.size() + unknown.size());
  CHECK(eyes.number("select count(*) from instances") == total);
  CHECK(eyes.number("select count(*) from history") == total);
  CHECK(eyes.number("select commit_seq from writers") == total);
}

LAW("a server that comes back as a standby takes nothing until it is promoted") {
  const lone_node node;
  REQUIRE(node.outcome(first_turn("a")) == "committed");
  private_server().stop();
  std::ofstream(private_server().data() / "standby.signal");
  private_server().restart();
  CHECK(node.outcome(turn_of("a", 3)) == "not_done");
  CHECK(certainty_of(node->post(event_for("a", "go"))) == "not_done");
  CHECK(has(node->post(event_for("a", "go")).error().message, "takes no writes"));
  CHECK(node->status("a").value().status == runtime_status::running);
  const std::string answer = refusal(private_server().url(), node.schema());
  CHECK(has(answer, "store_unavailable"));
  CHECK(has(answer, "the server is a standby, which cannot be written to"));

  REQUIRE(node.beside().run("select pg_promote()") == "t");
  CHECK(eventually([&] { return node.outcome(turn_of("a", 3)) == "committed"; }));
  CHECK(node->post(event_for("a", "go")).value() == post_outcome::accepted);
  CHECK(node->heartbeat(node.node()).value().gained.empty());
}

}  // namespace laws_of_server_restarts
