// The turns of durable actors: their states, and the journals of commands that await something.
#include "tests/persistence/conformance/actor_kit.hpp"

namespace laws_of_actors {

using namespace duroxide;
using namespace duroxide::conformance;

STORE_LAW("an actor's state is what its last turn has left") {
  store.create("ordinary");
  CHECK_FALSE(store->actor("nobody").value().has_value());
  CHECK_FALSE(store->actor("ordinary").value().has_value());
  CHECK_FALSE(store->load("ordinary").value()->actor.has_value());
  turn_commit first = first_actor_turn("a", R"({"balance":1})");
  first.actor->state->answers_since = moment(5);
  REQUIRE(store.commit(first).outcome == turn_outcome::committed);
  CHECK(store->actor("a").value() == first.actor->state);
  auto loaded = store->load("a").value().value();
  CHECK(loaded.actor == first.actor->state);
  CHECK(loaded.status.status == runtime_status::running);
  CHECK(loaded.status.orchestration == account);
  CHECK(loaded.status.version == "1.0.0");
  CHECK(loaded.status.execution == 1);
  CHECK(loaded.input.empty());
  CHECK(loaded.history.empty());

  turn_commit turn = actor_turn("a", R"({"balance":"\u0000"})");
  turn.actor->state->version = "2";
  CHECK(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(store->actor("a").value() == turn.actor->state);
  turn_commit without = actor_turn("a", "");
  without.actor->state.reset();
  without.messages.push_back({command_for("a", "next"), 0});
  CHECK(store.commit(without).outcome == turn_outcome::committed);
  CHECK(store->actor("a").value() == turn.actor->state);
  CHECK(commands_of(*store, "a") == "next");
  store.restart();
  CHECK(store->load("a").value()->actor == turn.actor->state);
}

STORE_LAW("a state may hold any bytes") {
  create_actor(store, "a", std::string("\0\xff any bytes", 12));
  CHECK((state_text(*store, "a") == std::string("\0\xff any bytes", 12)));
  CHECK(store.commit(actor_turn("a", "\\x00")).outcome == turn_outcome::committed);
  CHECK(state_text(*store, "a") == "\\x00");
  CHECK(store.commit(actor_turn("a", "")).outcome == turn_outcome::committed);
  CHECK(store->actor("a").value().has_value());
}

STORE_LAW("a turn of an actor is refused like any other, and leaves no state then") {
  create_actor(store, "a", "1");
  CHECK(store.commit(first_actor_turn("a", "2")).outcome == turn_outcome::already_exists);
  turn_commit turn = actor_turn("a", "2");
  turn.consumed = {1'000'000'000};
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  turn = actor_turn("a", "2");
  turn.execution = 2;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  turn = actor_turn("a", "2");
  turn.life = life_of(*store, "a") + 1;
  CHECK(store.commit(turn).outcome == turn_outcome::stale);
  CHECK(store.commit(actor_turn("nobody", "2")).outcome == turn_outcome::stale);
  CHECK(state_text(*store, "a") == "1");
}

STORE_LAW("a plain turn of an actor leaves the row of its instance as it is") {
  create_actor(store, "a");
  const instance_status before = store->status("a").value();
  store.post(command_for("a", "deposit"));
  turn_commit turn = actor_turn("a", "7");
  turn.began_at = moment(9999);
  turn.consumed = {first_command(*store, "a")};
  turn.actor->answers = {answer_of("deposit")};
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(state_text(*store, "a") == "7");
  CHECK(commands_of(*store, "a").empty());
  CHECK(store->status("a").value().updated_at == before.updated_at);
  turn = actor_turn("a", "8");
  turn.began_at = moment(9999);
  turn.update.custom_status = std::optional<std::string>("busy");
  turn.update.version = "2.0.0";
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  const instance_status changed = store->status("a").value();
  CHECK(changed.updated_at == moment(9999));
  CHECK(changed.custom_status == "busy");
  CHECK(changed.version == "2.0.0");
}

STORE_LAW("a command that awaits has a journal, which goes with the turn that ends it") {
  create_actor(store, "a", "before");
  REQUIRE(store.commit(journal_turn("a", 1, 1)).outcome == turn_outcome::committed);
  REQUIRE(store.commit(journal_turn("a", 1, 3)).outcome == turn_outcome::committed);
  auto loaded = store->load("a").value().value();
  CHECK(loaded.history.size() == 2);
  CHECK(outline(loaded.activities) == "a2 a4");
  CHECK(loaded.actor->state == "before");
  CHECK(store->history("a", 0).value().size() == 2);
  CHECK(store.commit(journal_turn("a", 1, 3)).outcome == turn_outcome::stale);

  turn_commit last = actor_turn("a", "after");
  last.actor->ends_journal = true;
  last.actor->answers = {answer_of("transfer")};
  last.finished_activities = {2};
  last.cancelled_activities = {4};
  last.cancelled_timers = {1};
  REQUIRE(store.commit(last).outcome == turn_outcome::committed);
  loaded = store->load("a").value().value();
  CHECK(loaded.status.execution == 2);
  CHECK(loaded.history.empty());
  CHECK(loaded.activities.empty());
  CHECK(outline(loaded.inbox) == "3");  // the timer that was not cancelled
  CHECK(loaded.actor->state == "after");
  CHECK(store->history("a", 1).value().empty());
  CHECK(store->administration().executions("a", 0).value().empty());
  CHECK(store.commit(last).outcome == turn_outcome::repeated);

  REQUIRE(store.commit(journal_turn("a", 2, 1)).outcome == turn_outcome::committed);
  CHECK(store->load("a").value()->history.at(0).execution == 2);
  turn_commit second = actor_turn("a", "later");
  second.execution = 2;
  second.actor->ends_journal = true;
  REQUIRE(store.commit(second).outcome == turn_outcome::committed);
  CHECK(store->load("a").value()->status.execution == 3);
}

STORE_LAW("turns of actors and others are written in one batch, and each is refused alone") {
  create_actor(store, "a", "0");
  create_actor(store, "b", "0");
  turn_commit stale = actor_turn("b", "1");
  stale.consumed = {1'000'000'000};
  const auto receipt =
      store.commit(batch_of({first_turn("o"), actor_turn("a", "1"), stale, first_actor_turn("c", "1")}));
  CHECK(receipt.turns.at(0).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(2).outcome == turn_outcome::stale);
  CHECK(receipt.turns.at(3).outcome == turn_outcome::committed);
  CHECK(state_text(*store, "a") + state_text(*store, "b") + state_text(*store, "c") == "101");
  CHECK(store->load("o").value()->history.size() == 1);
  CHECK(store->administration().executions("o", 0).value().size() == 1);
  CHECK(store->administration().executions("c", 0).value().empty());
}

}  // namespace laws_of_actors
