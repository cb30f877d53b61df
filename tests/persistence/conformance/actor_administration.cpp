// What an operator sees of durable actors, deletes, moves and verifies.
#include "tests/persistence/conformance/actor_kit.hpp"

#include <sstream>

namespace laws_of_actor_administration {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

std::string exported(const live_store& store) {
  std::ostringstream out;
  REQUIRE(store->administration().write_to(out, std::nullopt).has_value());
  return out.str();
}

stored<transfer> imported(const live_store& store, const std::string& text) {
  std::istringstream from(text);
  return store->administration().read_from(from, {});
}

std::string refusal(const live_store& store, const std::string& line_before, const std::string& replaced) {
  std::string text = exported(store);
  const auto place = text.find(line_before);
  REQUIRE(place != text.npos);
  text.replace(place, line_before.size(), replaced);
  REQUIRE(store->administration().remove("a", true).value().refusal == deletion_refusal::none);
  const auto answer = imported(store, text);
  return answer ? "" : answer.error().message.substr(answer.error().message.find("line "));
}

// One that nobody has run yet, one with a state and answers, and one that awaits something.
void fill(live_store& store) {
  REQUIRE(store->post(command_for("fresh", "first"), account).value() == post_outcome::accepted);
  turn_commit turn = first_actor_turn("a", std::string("\0 bytes", 7));
  turn.actor->answers = {answer_of("z", 1), answer_of("b", 2), answer_of("a", 2)};
  turn.actor->answers[1].error = error_details{};
  turn.actor->answers[1].answer.clear();
  turn.actor->state->answers_since = moment(1);
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  create_actor(store, "busy", "7");
  REQUIRE(store.commit(journal_turn("busy", 1, 1)).outcome == turn_outcome::committed);
}

void remove_all(const live_store& store) {
  for (const char* each : {"fresh", "a", "busy"})
    REQUIRE(store->administration().remove(each, true).value().refusal == deletion_refusal::none);
}

}  // namespace

STORE_LAW("messages of every kind are in order") {
  create_actor(store, "b");
  turn_commit turn = first_actor_turn("a", "1");
  for (int number = 0; number <= static_cast<int>(message_kind::cancel); ++number) {
    message sent = command_for("b", "{}");
    sent.kind = static_cast<message_kind>(number);
    sent.source = sent.kind == message_kind::enqueued ? 0 : 7;
    turn.messages.push_back({sent, 0});
  }
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(inconsistencies(*store) == "");
}

STORE_LAW("an operator sees actors as running instances") {
  fill(store);
  store_administration& admin = store->administration();
  instance_query query;
  query.filter.orchestration = account;
  query.filter.statuses = {runtime_status::running};
  CHECK(admin.list(query).value().instances.size() == 3);
  for (const char* each : {"fresh", "a", "busy"}) {
    const auto info = admin.info(each).value();
    REQUIRE(info.has_value());
    CHECK(info->summary.orchestration == account);
    CHECK(info->summary.status == runtime_status::running);
    CHECK(info->summary.unreadable.empty());
    CHECK(info->input.empty());
    CHECK_FALSE(info->output.has_value());
    CHECK_FALSE(info->error.has_value());
    CHECK(admin.tree(each).value().size() == 1);
    CHECK(admin.executions(each, 0).value().empty());
    const auto pruned = admin.prune(each, {}).value();
    REQUIRE(pruned.has_value());
    CHECK(pruned->events + pruned->executions == 0);
  }
  CHECK(admin.statistics("fresh").value()->queued_messages == 1);
  CHECK(admin.statistics("busy").value()->history_events == 2);
  const system_metrics metrics = admin.metrics().value();
  CHECK(metrics.running == 3);
  CHECK(metrics.executions == 0);
  CHECK(store->load("busy").value()->history.size() == 1);
  CHECK(state_text(*store, "busy") == "7");
}

STORE_LAW("an actor is deleted by force, with its state and its answers") {
  fill(store);
  CHECK(store->administration().remove("a", false).value().refusal == deletion_refusal::still_running);
  CHECK(store->answer("a", "z").value().has_value());
  const std::uint64_t deletions = store->deletions().value();
  for (const char* each : {"fresh", "a", "busy"}) {
    const auto outcome = store->administration().remove(each, true).value();
    CHECK(outcome.refusal == deletion_refusal::none);
    CHECK(outcome.deleted.instances == 1);
    CHECK(store.seen(each).empty());
    CHECK_FALSE(store->actor(each).value().has_value());
  }
  CHECK(store->deletions().value() != deletions);
  for (const char* each : {"z", "b", "a"}) CHECK_FALSE(store->answer("a", each).value().has_value());
  create_actor(store, "a", "anew");
  CHECK(state_text(*store, "a") == "anew");
  CHECK(inconsistencies(*store).empty());
}

STORE_LAW("what actors have is exported and imported as it was, and compared") {
  fill(store);
  const std::string before = exported(store);
  CHECK(before.find(R"({"actor":{"version":"1","answers_since":)") != before.npos);
  CHECK(before.find(R"({"answer":{"command_id":"z","made_at":)") != before.npos);
  const auto same = [&] {
    std::istringstream from(before);
    std::string text;
    for (const inconsistency& each : store->administration().compare_with(from, 10).value())
      text += each.instance + ": " + each.what + "\n";
    return text;
  };
  CHECK(same().empty());
  REQUIRE(store.commit(actor_turn("busy", "8")).outcome == turn_outcome::committed);
  CHECK(same().starts_with("busy: "));
  turn_commit answering = actor_turn("busy", "8");
  answering.actor->answers = {answer_of("more", 3)};
  REQUIRE(store.commit(answering).outcome == turn_outcome::committed);
  const auto state = store->actor("a").value();
  remove_all(store);
  const auto taken = imported(store, before);
  REQUIRE(taken.has_value());
  CHECK(taken->instances == 3);
  CHECK(taken->actors == 2);
  CHECK(taken->answers == 3);
  CHECK(exported(store) == before);
  CHECK(same().empty());
  CHECK(store->actor("a").value() == state);
  CHECK(store->answer("a", "z").value() == answer_of("z", 1));
  CHECK(store->answer("a", "b").value()->error.has_value());
  CHECK(commands_of(*store, "fresh") == "first");
  CHECK(inconsistencies(*store).empty());
  turn_commit last = actor_turn("busy", "9");
  last.actor->ends_journal = true;
  last.finished_activities = {2};
  store.restart();
  CHECK(store.commit(last).outcome == turn_outcome::committed);
  turn_commit again = actor_turn("a", "2");
  again.actor->answers = {answer_of("z", 9)};
  CHECK(store.commit(again).outcome == turn_outcome::repeated);
}

STORE_LAW("an instance without an execution is imported only if it is an actor") {
  create_actor(store, "a", "1");
  CHECK(refusal(store, R"("status":"running")", R"("status":"completed")") ==
        "line 3: 'version' is of a durable actor, and the instance is 'completed'");
  create_actor(store, "a", "1");
  CHECK(refusal(store, R"({"actor":)", R"({"kv":)").starts_with("line 3: "));
  store.create("a");
  const std::string text = exported(store);
  const auto begin = text.find(R"({"execution":)");
  const std::string line = text.substr(begin, text.find('\n', begin) + 1 - begin);
  CHECK(refusal(store, line, "").find("which the instance does not have") != std::string::npos);
}

STORE_LAW("a store with actors is in order, whatever they have done") {
  fill(store);
  CHECK(inconsistencies(*store).empty());
  turn_commit end = actor_turn("busy", "8");
  end.actor->ends_journal = true;
  end.finished_activities = {2};
  end.cancelled_timers = {1};
  REQUIRE(store.commit(end).outcome == turn_outcome::committed);
  CHECK(inconsistencies(*store).empty());
  REQUIRE(store.commit(journal_turn("busy", 2, 1)).outcome == turn_outcome::committed);
  CHECK(inconsistencies(*store).empty());
  store.post(command_for("a", "next"));
  REQUIRE(store.commit(destroying_turn("a")).outcome == turn_outcome::committed);
  turn_commit last = destroying_turn("busy");
  last.execution = 2;
  last.cancelled_activities = {2};
  REQUIRE(store.commit(last).outcome == turn_outcome::committed);
  CHECK(inconsistencies(*store).empty());
  CHECK(store->administration().metrics().value().instances == 2);
  turn_commit old = first_actor_turn("old", "1");
  old.actor->answers = {answer_of("one", 5)};
  REQUIRE(store.commit(old).outcome == turn_outcome::committed);
  old = actor_turn("old", "1");
  old.actor->state->answers_since = moment(6);
  old.actor->answers = {answer_of("two", 7)};
  REQUIRE(store.commit(old).outcome == turn_outcome::committed);
  old.actor->answers = {answer_of("three", 5)};
  REQUIRE(store.commit(old).outcome == turn_outcome::committed);
  CHECK(inconsistencies(*store).ends_with(" on are kept, and there is an older one, to three\n"));
}

}  // namespace laws_of_actor_administration
