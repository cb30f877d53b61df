// What only a simulated store has: callbacks, and a clock by which members live and die.
#include "persistence/simulated/store.hpp"
#include "tests/persistence/conformance/kit.hpp"
#include "tests/support/eventually.hpp"

#include <atomic>
#include <map>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

namespace laws_of_on_change {

using namespace duroxide;
using namespace duroxide::conformance;
using duroxide::internal::simulated_store;

namespace {

// A process with a node, and how often it was told of changes.
class process {
public:
  explicit process(simulated_store& store, bool runs_orchestrations = true)
      : provider_(store.connect()), listening_(store.on_change(*provider_, [this] { ++told_; })),
        node_(provider_->join({"process", {"Hello@1.0.0"}, {"greet"}, runs_orchestrations}).value()),
        writer_(provider_->open_writer(node_.node, 0).value()) {
    heard();
  }

  provider* operator->() const { return provider_.get(); }
  provider& operator*() const { return *provider_; }
  std::uint64_t node() const { return node_.node; }
  const node_membership& membership() const { return node_; }
  store_writer& writer() const { return *writer_; }

  turn_receipt commit(const turn_commit& turn) const {
    return writer_->commit(batch_of({turn})).value().turns.at(0);
  }
  heartbeat_result heartbeat() const { return provider_->heartbeat(node_.node).value(); }
  std::optional<duration> next_heartbeat_in() const { return provider_->next_heartbeat_in(node_.node); }
  // Whether it was told of anything since the last time.
  bool heard() { return told_.exchange(0) > 0; }
  void stop_listening() { listening_.reset(); }
  // Its provider goes; its writer stays to be asked.
  void die() { provider_.reset(); }

private:
  std::atomic<int> told_ = 0;
  std::shared_ptr<provider> provider_;
  std::shared_ptr<void> listening_;
  node_membership node_;
  std::unique_ptr<store_writer> writer_;
};

bool is_fenced(const process& node) {
  const auto written = node.writer().commit({});
  return !written.has_value() && written.error().certainty == commit_certainty::fenced;
}

std::string state_of(provider& store, std::uint64_t node) {
  const auto nodes = store.administration().nodes(100).value();
  for (const auto& each : nodes)
    if (each.node == node) return each.state;
  return "unknown";
}

// A store whose time stands still until it is moved on.
struct timed_store {
  timestamp now = moment(0);
  std::shared_ptr<simulated_store> store = [this] {
    internal::simulated_store_options options;
    options.suspect_after = std::chrono::seconds(30);
    options.now = [this] { return now; };
    return simulated_store::make(options);
  }();

  void pass(duration time) { now += time; }
};

}  // namespace

LAW("a process is told of what others leave for it, and not of what its own writer does") {
  const auto store = simulated_store::make();
  process owner(*store);
  process worker(*store, false);
  CHECK(owner.heard());  // somebody came
  turn_commit first = first_turn("a");
  first.messages.push_back({event_for("a", "own"), owner.membership().shards.at(0).tenure});
  owner.commit(first);
  CHECK_FALSE(owner.heard());
  CHECK_FALSE(worker.heard());

  worker->post(event_for("a", "go")).value();
  CHECK(owner.heard());
  CHECK_FALSE(worker.heard());

  turn_commit sharing = turn_of("a", 3);
  sharing.activities.push_back(shared_activity("a", 3));
  owner.commit(sharing);
  CHECK(worker.heard());
  CHECK(worker->claim_activities(worker.node(), claim_at(0)).value().size() == 1);
  CHECK_FALSE(worker.heard());
  turn_commit cancelling = turn_of("a", 4);
  cancelling.cancelled_activities = {3};
  owner.commit(cancelling);
  CHECK(worker.heard());
}

LAW("the same is told to callbacks, to watches that are called and to those that are waited on") {
  const auto store = simulated_store::make();
  process owner(*store);
  process other(*store, false);
  int calls = 0;
  const auto called = owner->watch(watch_scope::others).value();
  REQUIRE(called->call([&calls] { ++calls; }));
  const auto watch = owner->watch(watch_scope::others).value();
  owner.heard();
  const auto check_all = [&](bool told) {
    CHECK(owner.heard() == told);
    CHECK(watch->wait(duration(0)) == told);
    CHECK(std::exchange(calls, 0) == (told ? 1 : 0));
  };
  owner.commit(first_turn("a"));
  check_all(false);
  CHECK_FALSE(other->start(start_of("a"), false).value());
  check_all(false);
  CHECK(other->start(start_of("b"), false).value());
  check_all(true);
  owner->notify_owner(0);
  check_all(true);
  other->leave(other.node()).value();
  check_all(true);
}

LAW("what happens before a watch is called, or waited on, is told then") {
  const auto store = simulated_store::make();
  const process owner(*store);
  const auto called = owner->watch(watch_scope::others).value();
  const auto waited_on = owner->watch(watch_scope::others).value();
  owner->start(start_of("a"), false).value();
  int calls = 0;
  REQUIRE(called->call([&calls] { ++calls; }));
  CHECK(calls == 1);
  CHECK(waited_on->wait(std::nullopt));
  owner->post(event_for("a", "go")).value();
  CHECK(calls == 2);
}

LAW("who listens no more is not told any more") {
  const auto store = simulated_store::make();
  process owner(*store);
  owner->start(start_of("a"), false).value();
  CHECK(owner.heard());
  owner.stop_listening();
  owner->post(event_for("a", "go")).value();
  CHECK_FALSE(owner.heard());
}

LAW("whoever watches everything is told of every commit") {
  const auto store = simulated_store::make();
  const process owner(*store);
  const auto client = store->connect();
  const auto everything = client->watch(watch_scope::everything).value();
  const auto others = client->watch(watch_scope::others).value();
  owner.commit(first_turn("a"));
  CHECK(everything->wait(std::nullopt));
  CHECK_FALSE(others->wait(duration(0)));
}

LAW("a wait blocks until somebody in another thread has written") {
  const auto store = simulated_store::make();
  const process owner(*store);
  owner.commit(first_turn("a"));
  const auto watch = owner->watch(watch_scope::others).value();
  std::atomic<bool> woken = false;
  std::thread waiting([&] { woken = watch->wait(std::nullopt); });
  store->connect()->post(event_for("a", "go")).value();
  CHECK(testing_support::eventually([&] { return woken.load(); }));
  waiting.join();
}

LAW("a connection that goes without a word is a death, and the others know it at once") {
  const auto store = simulated_store::make();
  process owner(*store);
  process standby(*store);
  standby.heartbeat();
  REQUIRE(standby.next_heartbeat_in() > duration(0));
  owner.commit(scheduling({activity_of("a", 2)}));
  standby.heard();

  owner.die();
  CHECK(standby.heard());
  CHECK(standby.next_heartbeat_in() == duration(0));
  CHECK(state_of(*standby, owner.node()) == "alive");  // until somebody looks
  CHECK(owner.commit(turn_of("a", 3)).outcome == turn_outcome::committed);

  const auto gained = standby.heartbeat().gained;
  CHECK(gained.size() == owner.membership().shards.size());
  CHECK(gained.at(0).after_crash);
  CHECK(state_of(*standby, owner.node()) == "dead");
  CHECK(is_fenced(owner));
  CHECK(standby->load("a").value()->activities.at(0).crash_count == 1);
  CHECK_FALSE(standby.next_heartbeat_in().has_value());
}

LAW("a connection whose members have left takes nobody with it") {
  const auto store = simulated_store::make();
  process owner(*store);
  process other(*store, false);
  other->leave(other.node()).value();
  owner.heartbeat();
  owner.heard();
  other.die();
  CHECK_FALSE(owner.heard());
  CHECK(state_of(*owner, other.node()) == "left");
}

LAW("a member that gives no sign of life is expired when the store's clock says so, and fenced") {
  timed_store timed;
  const process frozen(*timed.store);
  const process other(*timed.store);
  timed.pass(std::chrono::seconds(30));
  CHECK(other.heartbeat().gained.empty());
  CHECK_FALSE(is_fenced(frozen));
  timed.pass(duration(1));
  const auto gained = other.heartbeat().gained;
  CHECK(gained.size() == frozen.membership().shards.size());
  CHECK(gained.at(0).after_crash);
  CHECK(is_fenced(frozen));
  CHECK(frozen.next_heartbeat_in() == duration(0));  // so that it finds out
  CHECK(frozen->heartbeat(frozen.node()).error().certainty == commit_certainty::fenced);
  CHECK(frozen->fetch_undelivered(frozen.node(), "", end_of_time, 10, {}).value().messages.empty());
}

LAW("a member that sends heartbeats lives, and is asked for one before it is suspected") {
  timed_store timed;
  const process one(*timed.store);
  const process two(*timed.store);
  one.heartbeat();
  two.heartbeat();
  for (int times = 0; times < 10; ++times) {
    const auto due = one.next_heartbeat_in();
    REQUIRE(due == std::chrono::seconds(10));
    timed.pass(*due);
    CHECK(one.next_heartbeat_in() == duration(0));
    one.heartbeat();
    two.heartbeat();
  }
  CHECK_FALSE(is_fenced(one));
  CHECK_FALSE(is_fenced(two));
  CHECK(one->administration().nodes(0).value().at(0).last_seen_at == timed.now);
}

LAW("each node that runs orchestrations comes to an equal share of the shards") {
  const auto store = simulated_store::make();
  std::vector<std::unique_ptr<process>> nodes;
  for (int i = 0; i < 3; ++i) nodes.push_back(std::make_unique<process>(*store));
  std::map<std::uint64_t, std::vector<std::uint32_t>> owned;
  for (const owned_shard& each : nodes[0]->membership().shards) owned[nodes[0]->node()].push_back(each.shard);
  for (int rounds = 0; rounds < 4; ++rounds) {
    for (const auto& each : nodes) {
      const heartbeat_result brought = each->heartbeat();
      auto& mine = owned[each->node()];
      for (const owned_shard& gained : brought.gained) mine.push_back(gained.shard);
      const std::vector<std::uint32_t> surplus(mine.end() - static_cast<std::ptrdiff_t>(brought.surplus),
                                               mine.end());
      mine.resize(mine.size() - brought.surplus);
      if (!surplus.empty()) (*each)->release_shards(each->node(), surplus).value();
    }
  }
  std::multiset<std::size_t> shares;
  for (const auto& [node, shards] : owned) shares.insert(shards.size());
  CHECK(shares == std::multiset<std::size_t>{4, 6, 6});
}

LAW("the data lives as long as a connection does") {
  auto store = simulated_store::make();
  const auto client = store->connect();
  store.reset();
  CHECK(client->start(start_of("a"), false).value());
  CHECK(client->status("a").value().status == runtime_status::pending);
}

LAW("the same operations give the same answers") {
  const auto story = [] {
    timed_store timed;
    const process owner(*timed.store);
    std::string told;
    for (const auto* instance : {"c", "a", "b"}) {
      owner.commit(scheduling({shared_activity(instance, 1), activity_of(instance, 2)}));
      told += std::to_string(owner->start(start_of(std::string(instance) + "x"), false).value());
    }
    const auto undelivered = owner->fetch_undelivered(owner.node(), "", end_of_time, 10, {}).value();
    for (const message& each : undelivered.messages) told += " " + std::to_string(each.id) + each.instance;
    told += undelivered.position + " " + outline(owner->claim_activities(owner.node(), claim_at(0)).value());
    std::ostringstream all;
    owner->administration().write_to(all, std::nullopt).value();
    return told + all.str();
  };
  CHECK(story() == story());
}

LAW("any thread may call") {
  const auto store = simulated_store::make();
  const process owner(*store);
  owner.commit(first_turn("a"));
  std::vector<std::thread> posting;
  for (int thread = 0; thread < 4; ++thread)
    posting.emplace_back([&store, thread] {
      const auto client = store->connect();
      const auto watch = client->watch(watch_scope::everything).value();
      for (int i = 0; i < 100; ++i)
        client->post(event_for("a", std::to_string(thread) + "." + std::to_string(i))).value();
      watch->wait(std::nullopt);
    });
  for (std::thread& each : posting) each.join();
  std::set<std::string> names;
  for (std::string position; names.size() < 400;) {
    const auto page = owner->fetch_undelivered(owner.node(), position, end_of_time, 64, {}).value();
    REQUIRE_FALSE(page.messages.empty());
    for (const message& each : page.messages) names.insert(each.name);
    position = page.position;
  }
  CHECK(names.size() == 400);
}

}  // namespace laws_of_on_change
