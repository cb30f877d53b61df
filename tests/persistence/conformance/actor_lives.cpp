// How durable actors come into being by the messages that they are sent, and how they are destroyed.
#include "tests/persistence/conformance/actor_kit.hpp"

#include <thread>

namespace laws_of_actor_lives {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

// Of the shards of the store's node, with blanks between: the data of the commands, the names of all others.
std::string brought(const live_store& store) {
  std::string text;
  for (const message& each :
       store->fetch_undelivered(store.node(), "", end_of_time, 100, {}).value().messages)
    text += (text.empty() ? "" : " ") + (each.name == command_queue ? each.data : each.name);
  return text;
}

}  // namespace

STORE_LAW("a command makes the actor that it is for, if there is none, and is its first message") {
  CHECK(store->post(command_for("a", "lost")).value() == post_outcome::not_found);
  CHECK(store->post(command_for("a", "first"), account).value() == post_outcome::accepted);
  const auto loaded = store->load("a").value().value();
  CHECK(loaded.status.status == runtime_status::running);
  CHECK(loaded.status.orchestration == account);
  CHECK(loaded.status.version.empty());
  CHECK(loaded.status.execution == 1);
  CHECK(loaded.status.created_at == moment(0));
  CHECK(loaded.history_format == store->history_format());
  CHECK(loaded.shard == shard_of("a", store.membership().shard_count));
  CHECK(loaded.input.empty());
  CHECK_FALSE(loaded.parent.has_value());
  CHECK_FALSE(loaded.actor.has_value());
  CHECK_FALSE(store->actor("a").value().has_value());
  CHECK(store->post(command_for("a", "second"), "another name").value() == post_outcome::accepted);
  CHECK(store->post(command_for("a", "third")).value() == post_outcome::accepted);
  CHECK(life_of(*store, "a") == loaded.life);
  CHECK(store->status("a").value().orchestration == account);
  CHECK(commands_of(*store, "a") == "first second third");
  CHECK(brought(store) == "first second third");
  turn_commit turn = actor_turn("a", "1");
  turn.update.version = "1.0.0";
  turn.consumed = {first_command(*store, "a")};
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(store->status("a").value().version == "1.0.0");
  CHECK(commands_of(*store, "a") == "second third");
}

STORE_LAW("a command is refused by an instance of that id that has ended") {
  store.create("a");
  CHECK(store->post(command_for("a", "taken"), account).value() == post_outcome::accepted);
  REQUIRE(store.commit(last_turn("a", 3)).outcome == turn_outcome::committed);
  CHECK(store->post(command_for("a", "refused"), account).value() == post_outcome::terminal);
  commit_batch batch;
  batch.posts.push_back({command_for("a", "refused"), 0, account});
  CHECK(store.commit(batch).posts.at(0).outcome == post_outcome::terminal);
  create_actor(store, "b");
  turn_commit turn = actor_turn("b", "1");
  turn.messages.push_back({command_for("a", "refused"), 0, account});
  CHECK(store.commit(turn).message_ids == std::vector<std::uint64_t>{0});
}

STORE_LAW("turns and clients of a node make actors too, and say to whom the message was delivered") {
  create_actor(store, "sender");
  turn_commit turn = actor_turn("sender", "1");
  turn.messages.push_back({command_for("a", "in memory"), first_tenure, account});
  turn.messages.push_back({command_for("a", "not"), 0, account});
  turn.messages.push_back({command_for("nobody", "lost"), 0});
  const turn_receipt receipt = store.commit(turn);
  REQUIRE(receipt.outcome == turn_outcome::committed);
  CHECK(receipt.message_ids.at(0) != 0);
  CHECK(receipt.message_ids.at(1) != 0);
  CHECK(receipt.message_ids.at(2) == 0);
  CHECK(store->status("a").value().created_at == turn.began_at);
  commit_batch batch;
  batch.posts.push_back({command_for("b", "of b in memory"), first_tenure, account});
  batch.posts.push_back({command_for("b", "of b"), 0, account});
  for (const post_receipt& each : store.commit(batch).posts) CHECK(each.outcome == post_outcome::accepted);
  CHECK(commands_of(*store, "a") == "in memory not");
  CHECK(commands_of(*store, "b") == "of b in memory of b");
  CHECK(brought(store) == "not of b");
  store.restart();
  CHECK(brought(store) == "in memory not of b in memory of b");
}

STORE_LAW("a turn that is not written makes no actor") {
  create_actor(store, "sender", "0");
  turn_commit exists = first_actor_turn("sender", "1");
  exists.messages.push_back({command_for("a", "never"), 0, account});
  turn_commit fine = first_actor_turn("other", "1");
  fine.messages.push_back({command_for("b", "sent"), 0, account});
  auto receipt = store.commit(batch_of({exists, fine}));
  CHECK(receipt.turns.at(0).outcome == turn_outcome::already_exists);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::committed);
  turn_commit stale = actor_turn("sender", "1");
  stale.consumed = {1'000'000'000};
  stale.messages.push_back({command_for("a", "never"), 0, account});
  CHECK(store.commit(stale).outcome == turn_outcome::stale);
  CHECK(store->lives({"a"}).value().at(0) == 0);
  CHECK(commands_of(*store, "b") == "sent");
}

STORE_LAW("of several that send to an actor that is not there, at the same time, one makes it") {
  constexpr int actors = 20;
  constexpr int senders = 3;
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender)
    threads.emplace_back([&store, sender] {
      const auto client = store.provider_for_another();
      for (int n = 0; n < actors; ++n)
        client->post(command_for("a" + std::to_string(n), std::to_string(sender)), account).value();
    });
  for (std::thread& each : threads) each.join();
  CHECK(store->administration().metrics().value().instances == actors);
  for (int n = 0; n < actors; ++n)
    CHECK(commands_of(*store, "a" + std::to_string(n)).size() == 2 * senders - 1);
}

STORE_LAW("an actor that is destroyed is gone with all that belongs to it, but for its answers") {
  create_actor(store, "a");
  turn_commit busy = journal_turn("a", 1, 1);
  busy.kv = {{"key", "1", moment(1)}};
  busy.actor->answers = {answer_of("known")};
  REQUIRE(store.commit(busy).outcome == turn_outcome::committed);
  store.post(event_for("a", "left behind"));
  const std::uint64_t life = life_of(*store, "a");
  const auto watch = store->watch(watch_scope::others).value();
  while (watch->wait(duration(0))) {
  }
  const std::uint64_t deletions = store->deletions().value();
  turn_commit last = destroying_turn("a");
  last.actor->answers = {answer_of("last")};
  last.cancelled_activities = {2};
  CHECK(store.commit(last).outcome == turn_outcome::committed);
  CHECK(store->deletions().value() != deletions);
  CHECK(watch->wait(std::chrono::seconds(30)));
  CHECK(store.seen("a").empty());
  CHECK(store->status("a").value().status == runtime_status::not_found);
  CHECK_FALSE(store->actor("a").value().has_value());
  CHECK(store->kv("a", std::nullopt).value().empty());
  CHECK(store->history("a", 0).value().empty());
  CHECK(store->administration().metrics().value().instances == 0);
  const queue_depths depths = store->administration().depths(end_of_time).value();
  CHECK(depths.messages + depths.later_messages + depths.timers == 0);
  CHECK(depths.activities_taken + depths.activities_waiting == 0);
  CHECK(store->answer("a", "known").value().has_value());
  CHECK(store->answer("a", "last").value().has_value());
  CHECK(store.commit(actor_turn("a", "late")).outcome == turn_outcome::stale);

  CHECK(store->post(command_for("a", "anew"), account).value() == post_outcome::accepted);
  CHECK(life_of(*store, "a") > life);
  CHECK_FALSE(store->actor("a").value().has_value());
  turn_commit again = actor_turn("a", "1");
  again.actor->answers = {answer_of("known")};
  CHECK(store.commit(again).outcome == turn_outcome::repeated);
}

STORE_LAW("commands that a destroyed actor has not taken begin its next life, and are brought again") {
  create_actor(store, "a", "old");
  const std::uint64_t shard = store->load("a").value()->shard;
  commit_batch batch;
  batch.posts.push_back({command_for("a", "taken"), first_tenure});
  batch.posts.push_back({command_for("a", "one"), first_tenure});
  batch.posts.push_back({event_for("a", "left behind")});
  batch.posts.push_back({command_for("a", "two")});
  store.commit(batch);
  const std::string seen = store->fetch_undelivered(store.node(), "", end_of_time, 100, {}).value().position;
  const std::uint64_t life = life_of(*store, "a");
  turn_commit last = destroying_turn("a");
  last.consumed = {first_command(*store, "a")};
  last.messages.push_back({command_for("a", "three"), first_tenure});
  REQUIRE(store.commit(last).outcome == turn_outcome::committed);
  const auto loaded = store->load("a").value().value();
  CHECK(loaded.life > life);
  CHECK(loaded.shard == shard);
  CHECK(loaded.status.status == runtime_status::running);
  CHECK(loaded.status.orchestration == account);
  CHECK(loaded.status.version.empty());
  CHECK(loaded.status.execution == 1);
  CHECK(loaded.status.created_at == last.began_at);
  CHECK(loaded.inbox.empty());
  CHECK_FALSE(loaded.actor.has_value());
  CHECK(commands_of(*store, "a") == "one two three");
  std::string again;
  for (const message& each :
       store->fetch_undelivered(store.node(), seen, end_of_time, 100, {}).value().messages) {
    CHECK(each.life == loaded.life);
    again += each.data + " ";
  }
  CHECK(again == "one two three ");
  turn_commit next = actor_turn("a", "new");
  next.consumed = {first_command(*store, "a")};
  REQUIRE(store.commit(next).outcome == turn_outcome::committed);
  CHECK(commands_of(*store, "a") == "two three");
}

STORE_LAW("a command that is sent in the batch in which its receiver is destroyed is not lost") {
  create_actor(store, "a");
  create_actor(store, "b");
  turn_commit sending = actor_turn("b", "1");
  sending.messages.push_back({command_for("a", "of a turn"), 0, account});
  commit_batch batch = batch_of({destroying_turn("a"), sending});
  batch.posts.push_back({command_for("a", "of a client"), 0, account});
  const batch_receipt receipt = store.commit(batch);
  CHECK(receipt.turns.at(0).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::committed);
  CHECK(receipt.posts.at(0).outcome == post_outcome::accepted);
  CHECK(commands_of(*store, "a") == "of a turn of a client");
  CHECK_FALSE(store->actor("a").value().has_value());
  CHECK(brought(store) == "of a turn of a client");
}

STORE_LAW("a destruction that is refused leaves the actor as it is") {
  create_actor(store, "a", "1");
  turn_commit last = destroying_turn("a");
  last.consumed = {1'000'000'000};
  CHECK(store.commit(last).outcome == turn_outcome::stale);
  CHECK(state_text(*store, "a") == "1");
  const auto receipt = store.commit(batch_of({last, first_actor_turn("b", "1")}));
  CHECK(receipt.turns.at(0).outcome == turn_outcome::stale);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::committed);
  CHECK(state_text(*store, "a") == "1");
}

STORE_LAW("a first turn may destroy its actor") {
  turn_commit only = first_actor_turn("a", "1");
  only.actor->destroyed = true;
  only.actor->answers = {answer_of("only")};
  CHECK(store.commit(only).outcome == turn_outcome::committed);
  CHECK(store.seen("a").empty());
  CHECK_FALSE(store->actor("a").value().has_value());
  CHECK(store->answer("a", "only").value().has_value());
}

}  // namespace laws_of_actor_lives
