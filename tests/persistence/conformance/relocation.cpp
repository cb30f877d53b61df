// Instances that their shard's owner cannot run.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_relocation {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

// A node with some shards that offers what nobody else does.
class specialist {
public:
  explicit specialist(live_store& store)
      : provider_(store.provider_for_another()),
        node_(provider_->join({"specialist", {"Special@1.0.0", "Special@2.0.0"}, {}, true}).value().node) {
    const std::size_t surplus = store->heartbeat(store.node()).value().surplus;
    std::vector<std::uint32_t> given_up;
    // Not the one of "a", which is to be moved.
    for (std::uint32_t shard = 0; given_up.size() < surplus; ++shard)
      if (shard != shard_of("a", store.membership().shard_count)) given_up.push_back(shard);
    if (surplus == 0) return;
    store->release_shards(store.node(), given_up).value();
    CHECK(provider_->heartbeat(node_).value().gained.size() == surplus);
  }

  provider* operator->() const { return provider_.get(); }
  std::uint64_t node() const { return node_; }

private:
  std::shared_ptr<provider> provider_;
  std::uint64_t node_;
};

}  // namespace

STORE_LAW("an instance goes with its messages to a node that offers what it needs, if there is one") {
  const specialist other(store);
  const bool possible = store->is_runnable_elsewhere(store.node(), {"Special", "1.0.0"}).value();
  CHECK(store->is_runnable_elsewhere(store.node(), {"Special", ""}).value() == possible);
  CHECK_FALSE(store->is_runnable_elsewhere(store.node(), {"Special", "3.0.0"}).value());
  CHECK_FALSE(store->is_runnable_elsewhere(store.node(), {"Spec", ""}).value());
  CHECK_FALSE(store->is_runnable_elsewhere(store.node(), {"Special", "1.0.0", 1000}).value());
  CHECK_FALSE(other->is_runnable_elsewhere(other.node(), {"Special", "1.0.0"}).value());
  store.create("a");
  const std::string before = other->fetch_undelivered(other.node(), "", end_of_time, 10, {}).value().position;
  store.post(event_for("a", "go"));
  CHECK_FALSE(store->relocate(store.node(), "a", {"Special", "3.0.0"}).value());
  CHECK_FALSE(store->relocate(other.node(), "a", {"Special", "2.0.0"}).value());
  CHECK_FALSE(store->relocate(store.node(), "nobody", {"Special", "2.0.0"}).value());
  const auto shard = store->relocate(store.node(), "a", {"Special", "2.0.0"}).value();
  REQUIRE(shard.has_value() == possible);
  if (!possible) return;
  CHECK(store->load("a").value()->shard == *shard);
  CHECK(store->fetch_undelivered(store.node(), "", end_of_time, 10, {}).value().messages.empty());
  const undelivered_page undelivered =
      other->fetch_undelivered(other.node(), before, end_of_time, 10, {}).value();
  CHECK(outline(undelivered.messages) == "go");
  REQUIRE(undelivered.relocated.size() == 1);
  CHECK(undelivered.relocated.front().instance == "a");
  CHECK(undelivered.relocated.front().shard == *shard);
  // It is not the first node's any more.
  CHECK_FALSE(store->relocate(store.node(), "a", {"Special", "2.0.0"}).value());
}

}  // namespace laws_of_relocation
