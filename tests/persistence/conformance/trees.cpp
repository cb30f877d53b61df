// Nothing is started in a tree that is closed: whose root has ended, is gone, or is to be cancelled.
#include "tests/persistence/conformance/kit.hpp"

#include <optional>
#include <sstream>

namespace laws_of_trees {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

message cancel_for(const std::string& instance, const std::string& sender = {}) {
  message cancel;
  cancel.kind = message_kind::cancel;
  cancel.instance = instance;
  cancel.name = sender;
  cancel.visible_at = moment(0);
  return cancel;
}

outgoing_start child(const std::string& id, const std::string& parent, std::uint64_t root,
                     std::uint32_t depth) {
  outgoing_start start;
  start.what = start_of(id);
  start.what.parent = parent_link{parent, 1, 2};
  start.what.root = root;
  start.what.depth = depth;
  message exists = event_for(parent, id + " exists");
  exists.kind = message_kind::child_done;
  exists.source = 2;
  start.if_exists = outgoing_message{exists, 0};
  return start;
}

// A root that has a child, which runs; gives the life of the root.
std::uint64_t plant(live_store& store, const std::string& root) {
  turn_commit first = first_turn(root);
  first.starts.push_back(child(root + ".1", root, 0, 1));
  REQUIRE(store.commit(first).starts.at(0).started);
  store.commit(turn_of(root + ".1", 1));
  return life_of(*store, root);
}

// Whether the child of the root, in its next turn, starts this one.
bool starts(live_store& store, const std::string& root, std::uint64_t life, std::uint64_t event,
            const std::string& id) {
  turn_commit turn = turn_of(root + ".1", event);
  turn.starts.push_back(child(id, root + ".1", life, 2));
  const turn_receipt receipt = store.commit(turn);
  REQUIRE(receipt.outcome == turn_outcome::committed);
  CHECK((receipt.starts.at(0).message_id != 0) == receipt.starts.at(0).started);
  CHECK((receipt.starts.at(0).life != 0) == receipt.starts.at(0).started);
  CHECK((store.seen(id) != "") == receipt.starts.at(0).started);
  return receipt.starts.at(0).started;
}

std::string outline_of_inbox(live_store& store, const std::string& instance) {
  std::string text;
  const auto loaded = store->load(instance).value();
  for (const message& each : loaded->inbox)
    text += std::string(text.empty() ? "" : " ") + std::string(to_string(each.kind)) + " '" + each.data + "'";
  return text;
}

}  // namespace

STORE_LAW("a child knows the root of its tree, and how far it is below it, in its next execution too") {
  const std::uint64_t root = plant(store, "a");
  CHECK(store->load("a").value()->root == 0);
  CHECK(store->load("a").value()->depth == 0);
  CHECK(store->load("a.1").value()->root == root);
  CHECK(store->load("a.1").value()->depth == 1);
  REQUIRE(starts(store, "a", root, 2, "a.1.1"));
  CHECK(store->load("a.1.1").value()->root == root);
  CHECK(store->load("a.1.1").value()->depth == 2);

  turn_commit again = turn_of("a.1", 3);
  again.ends = execution_end{1, runtime_status::continued_as_new, "\"in\"", std::nullopt};
  again.begins = execution_begin{2, "\"in\"", 0};
  again.history.push_back({2, 1, 1, again.history.front().packed});
  REQUIRE(store.commit(again).outcome == turn_outcome::committed);
  CHECK(store->load("a.1").value()->root == root);
  CHECK(store->load("a.1").value()->depth == 1);
}

STORE_LAW("in a tree whose root has ended nothing is started, and nothing is said of that") {
  const std::uint64_t root = plant(store, "a");
  const std::uint64_t other = plant(store, "b");
  REQUIRE(starts(store, "a", root, 2, "a.1.1"));
  store.commit(last_turn("a", 3));
  const auto before = store->load("a.1").value()->inbox.size();
  CHECK_FALSE(starts(store, "a", root, 3, "a.1.2"));
  CHECK(store->load("a.1").value()->inbox.size() == before);
  CHECK(store->load("a.1").value()->history.size() == 3);
  CHECK(starts(store, "b", other, 2, "b.1.1"));
  // Not even that there is one already.
  turn_commit turn = turn_of("a.1", 4);
  turn.starts.push_back(child("a.1.1", "a.1", root, 2));
  CHECK_FALSE(store.commit(turn).starts.at(0).started);
  CHECK(store->load("a.1").value()->inbox.size() == before);
}

STORE_LAW("in a tree whose root is to be cancelled nothing is started any more") {
  const std::uint64_t root = plant(store, "a");
  store.post(cancel_for("a", "somebody who is not its parent"));
  CHECK(starts(store, "a", root, 2, "a.1.1"));
  store.post(cancel_for("a.1"));
  CHECK(starts(store, "a", root, 3, "a.1.2"));
  store.post(cancel_for("a"));
  CHECK_FALSE(starts(store, "a", root, 4, "a.1.3"));
}

STORE_LAW("in a tree whose root has been deleted, and its id used again, nothing is started") {
  const std::uint64_t root = plant(store, "a");
  store.commit(last_turn("a", 3));
  turn_commit last = last_turn("a.1", 2);
  REQUIRE(store.commit(last).outcome == turn_outcome::committed);
  REQUIRE(store->administration().remove("a", true).value().refusal == deletion_refusal::none);
  const std::uint64_t next = plant(store, "a");
  REQUIRE(next != root);
  CHECK_FALSE(starts(store, "a", root, 2, "a.1.1"));
  CHECK(starts(store, "a", next, 3, "a.1.2"));
}

STORE_LAW("of the turns of one batch, those behind the end of the root start nothing") {
  const std::uint64_t root = plant(store, "a");
  const std::uint64_t other = plant(store, "b");
  store.commit(last_turn("a", 3));
  turn_commit closed = turn_of("a.1", 2);
  closed.starts.push_back(child("a.1.1", "a.1", root, 2));
  closed.starts.push_back({start_of("detached"), 0, std::nullopt});
  turn_commit open = turn_of("b.1", 2);
  open.starts.push_back(child("b.1.1", "b.1", other, 2));
  open.starts.push_back(child("b.1.2", "b.1", other, 2));
  const batch_receipt receipt = store.commit(batch_of({closed, open}));
  CHECK_FALSE(receipt.turns.at(0).starts.at(0).started);
  CHECK(receipt.turns.at(0).starts.at(1).started);  // a tree of its own
  CHECK(receipt.turns.at(1).starts.at(0).started);
  CHECK(receipt.turns.at(1).starts.at(1).started);
  CHECK(store->load("detached").value()->root == 0);
}

STORE_LAW("a tree whose root has ended is cancelled, all levels together, and each member is told once") {
  const std::uint64_t root = plant(store, "a");
  const std::uint64_t other = plant(store, "b");
  REQUIRE(starts(store, "a", root, 2, "a.1.1"));
  REQUIRE(starts(store, "a", root, 3, "a.1.2"));
  REQUIRE(starts(store, "b", other, 2, "b.1.1"));
  CHECK(store->cancel_tree(root, "", "too early", moment(9)).value() == "");
  CHECK(outline_of_inbox(store, "a.1.1") == "start ''");
  store.commit(last_turn("a", 3));
  store.post(cancel_for("a.1.2"));
  for (int i = 0; i < 2; ++i)
    for (std::string from, next;
         !(next = store->cancel_tree(root, from, "the root", moment(9)).value()).empty();)
      from = next;
  CHECK(outline_of_inbox(store, "a.1") == "start '' cancel 'the root'");
  CHECK(outline_of_inbox(store, "a.1.1") == "start '' cancel 'the root'");
  CHECK(outline_of_inbox(store, "a.1.2") == "start '' cancel ''");
  CHECK(outline_of_inbox(store, "b.1") == "start ''");
  CHECK(outline_of_inbox(store, "b.1.1") == "start ''");
  // Its owner, who has not been told, finds it.
  CHECK(
      outline(store->fetch_undelivered(store.node(), "", end_of_time, 100, {}).value().messages).find("0") !=
      std::string::npos);
}

STORE_LAW("a tree that was exported and imported has its root again, and the same depths") {
  plant(store, "a");
  const std::uint64_t root = plant(store, "b");
  REQUIRE(starts(store, "b", root, 2, "b.1.1"));
  std::stringstream file;
  REQUIRE(store->administration().write_to(file, "b").has_value());
  REQUIRE(store->administration().remove("b", true).value().refusal == deletion_refusal::none);
  REQUIRE(store->administration().read_from(file, {}).has_value());
  const std::uint64_t life = life_of(*store, "b");
  CHECK(store->load("b").value()->root == 0);
  CHECK(store->load("b.1").value()->root == life);
  CHECK(store->load("b.1").value()->depth == 1);
  CHECK(store->load("b.1.1").value()->root == life);
  CHECK(store->load("b.1.1").value()->depth == 2);
}

}  // namespace laws_of_trees
