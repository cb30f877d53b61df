// The answers to commands of durable actors.
#include "tests/persistence/conformance/actor_kit.hpp"

#include <algorithm>

namespace laws_of_answers {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

turn_commit answering(const std::string& actor, const std::string& state, std::vector<kept_answer> answers) {
  turn_commit turn = actor_turn(actor, state);
  turn.actor->answers = std::move(answers);
  return turn;
}

// Which of these commands have an answer, with blanks between.
std::string answered(provider& store, const std::string& actor, const std::vector<std::string>& commands) {
  std::string text;
  for (const std::string& each : commands)
    if (store.answer(actor, each).value()) text += (text.empty() ? "" : " ") + each;
  return text;
}

}  // namespace

STORE_LAW("an answer is read back as it was written, by its actor and its command") {
  create_actor(store, "a");
  kept_answer failed = answer_of("withdraw", 7);
  failed.answer.clear();
  failed.error = error_details{};
  failed.error->message = "not enough \xff";
  REQUIRE(store.commit(answering("a", "1", {answer_of("deposit", 5), failed})).outcome ==
          turn_outcome::committed);
  CHECK(store->answer("a", "deposit").value() == answer_of("deposit", 5));
  CHECK(store->answer("a", "withdraw").value() == failed);
  CHECK_FALSE(store->answer("a", "other").value().has_value());
  CHECK_FALSE(store->answer("b", "deposit").value().has_value());
  create_actor(store, "b");
  CHECK(store.commit(answering("b", "1", {answer_of("deposit", 6)})).outcome == turn_outcome::committed);
  CHECK(store->answer("b", "deposit").value()->made_at == moment(6));
}

STORE_LAW("of a turn with an id that has an answer nothing is written, and the answer comes back") {
  create_actor(store, "a", "0");
  REQUIRE(store.commit(answering("a", "1", {answer_of("one"), answer_of("two")})).outcome ==
          turn_outcome::committed);
  store.post(command_for("a", "again"));
  turn_commit again = answering("a", "2", {answer_of("three", 9), answer_of("two", 9), answer_of("one", 9)});
  again.consumed = {first_command(*store, "a")};
  again.messages.push_back({command_for("b", "created"), 0, account});
  again.update.custom_status = std::optional<std::string>("changed");
  const turn_receipt receipt = store.commit(again);
  REQUIRE(receipt.outcome == turn_outcome::repeated);
  CHECK(receipt.repeated == std::vector<kept_answer>{answer_of("two"), answer_of("one")});
  CHECK(state_text(*store, "a") == "1");
  CHECK(commands_of(*store, "a") == "again");
  CHECK(store->lives({"b"}).value().at(0) == 0);
  CHECK_FALSE(store->status("a").value().custom_status.has_value());
  CHECK(answered(*store, "a", {"one", "two", "three"}) == "one two");
  again.actor->answers.resize(1);
  CHECK(store.commit(again).outcome == turn_outcome::committed);
  CHECK(answered(*store, "a", {"one", "two", "three"}) == "one two three");
}

STORE_LAW("a repeated turn disturbs no other of its batch") {
  for (const char* actor : {"a", "b", "c"}) create_actor(store, actor, "0");
  REQUIRE(store.commit(answering("b", "1", {answer_of("known")})).outcome == turn_outcome::committed);
  commit_batch batch = batch_of({answering("a", "2", {answer_of("known")}),
                                 answering("b", "2", {answer_of("new"), answer_of("known")}),
                                 answering("c", "2", {answer_of("new")}), first_turn("o")});
  batch.posts.push_back({command_for("c", "posted")});
  const batch_receipt receipt = store.commit(batch);
  CHECK(receipt.turns.at(0).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(1).outcome == turn_outcome::repeated);
  CHECK(receipt.turns.at(1).repeated == std::vector<kept_answer>{answer_of("known")});
  CHECK(receipt.turns.at(2).outcome == turn_outcome::committed);
  CHECK(receipt.turns.at(3).outcome == turn_outcome::committed);
  CHECK(receipt.posts.at(0).outcome == post_outcome::accepted);
  CHECK(state_text(*store, "a") + state_text(*store, "b") + state_text(*store, "c") == "212");
  CHECK(answered(*store, "b", {"new", "known"}) == "known");
  CHECK(commands_of(*store, "c") == "posted");
  CHECK(store.seen("o") != "");
}

STORE_LAW("that a turn is a repetition comes before whatever else refuses it; another refusal leaves no "
          "answer") {
  create_actor(store, "a", "0");
  REQUIRE(store.commit(answering("a", "1", {answer_of("known")})).outcome == turn_outcome::committed);
  turn_commit stale = answering("a", "2", {answer_of("known")});
  stale.consumed = {1'000'000'000};
  CHECK(store.commit(stale).outcome == turn_outcome::repeated);
  stale.actor->answers = {answer_of("new")};
  CHECK(store.commit(stale).outcome == turn_outcome::stale);
  stale.consumed.clear();
  stale.execution = 7;
  CHECK(store.commit(stale).outcome == turn_outcome::stale);
  turn_commit exists = first_actor_turn("a", "2");
  exists.actor->answers = {answer_of("known")};
  CHECK(store.commit(exists).outcome == turn_outcome::repeated);
  exists.actor->answers = {answer_of("new")};
  CHECK(store.commit(exists).outcome == turn_outcome::already_exists);
  CHECK(store.commit(batch_of({exists, first_turn("o")})).turns.at(1).outcome == turn_outcome::committed);
  CHECK(answered(*store, "a", {"known", "new"}) == "known");
}

STORE_LAW("when the time from which answers are kept grows, those before it go with the turn") {
  create_actor(store, "a");
  create_actor(store, "b");
  REQUIRE(
      store.commit(answering("a", "1", {answer_of("1", 1), answer_of("5", 5), answer_of("9", 9)})).outcome ==
      turn_outcome::committed);
  REQUIRE(store.commit(answering("b", "1", {answer_of("1", 1)})).outcome == turn_outcome::committed);
  turn_commit turn = answering("a", "2", {answer_of("10", 10)});
  turn.actor->state->answers_since = moment(5);
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(answered(*store, "a", {"1", "5", "9", "10"}) == "5 9 10");
  CHECK(answered(*store, "b", {"1"}) == "1");
  turn.actor->answers.clear();
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(answered(*store, "a", {"1", "5", "9", "10"}) == "5 9 10");
  turn.actor->state->answers_since = moment(100);
  turn.consumed = {1'000'000'000};
  REQUIRE(store.commit(turn).outcome == turn_outcome::stale);
  CHECK(answered(*store, "a", {"1", "5", "9", "10"}) == "5 9 10");
  turn.consumed.clear();
  REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  CHECK(answered(*store, "a", {"1", "5", "9", "10"}).empty());
  // What is forgotten may be answered again.
  CHECK(store.commit(answering("a", "3", {answer_of("1", 200)})).outcome == turn_outcome::committed);
}

STORE_LAW("answers are forgotten the oldest first, as many as is said") {
  create_actor(store, "a");
  create_actor(store, "b");
  REQUIRE(store.commit(answering("a", "1", {answer_of("z", 1), answer_of("m", 3)})).outcome ==
          turn_outcome::committed);
  REQUIRE(store.commit(answering("b", "1", {answer_of("y", 2), answer_of("n", 4)})).outcome ==
          turn_outcome::committed);
  CHECK(store->forget_answers(moment(1), 10).value() == 0);
  CHECK(store->forget_answers(moment(4), 2).value() == 2);
  CHECK(answered(*store, "a", {"z", "m"}) + answered(*store, "b", {"y", "n"}) == "mn");
  CHECK(store->forget_answers(moment(4), 2).value() == 1);
  CHECK(store->forget_answers(moment(4), 2).value() == 0);
  CHECK(answered(*store, "a", {"z", "m"}) + answered(*store, "b", {"y", "n"}) == "n");
  CHECK(state_text(*store, "a") == "1");
}

STORE_LAW("a wait for an answer comes true with the answer, and with nothing else") {
  store.create("ended");
  REQUIRE(store.commit(last_turn("ended", 3)).outcome == turn_outcome::committed);
  create_actor(store, "a");
  const auto wait = [](const std::string& instance, const std::string& command) {
    awaited_instance what;
    what.instance = instance;
    what.command_id = command;
    return what;
  };
  std::vector<awaited_instance> waits{wait("a", "one"), wait("a", "two"), wait("nobody", "one"),
                                      wait("ended", "one")};
  waits.push_back({"ended", 0, {}, {}});
  waits.push_back({"a", 0, {}, {}});
  CHECK(store->satisfied_waits(waits).value() == std::vector<std::size_t>{4});
  REQUIRE(store.commit(answering("a", "1", {answer_of("two")})).outcome == turn_outcome::committed);
  auto found = store->satisfied_waits(waits).value();
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::size_t>{1, 4});
  // The answer outlives the actor.
  REQUIRE(store.commit(destroying_turn("a")).outcome == turn_outcome::committed);
  found = store->satisfied_waits(waits).value();
  std::sort(found.begin(), found.end());
  CHECK(found == std::vector<std::size_t>{1, 4, 5});
}

STORE_LAW("who waits for an answer in another process is woken when it is there") {
  create_actor(store, "a");
  const auto client = store.provider_for_another();
  const auto watch = client->watch(watch_scope::everything).value();
  while (watch->wait(duration(0))) {
  }
  REQUIRE(store.commit(answering("a", "1", {answer_of("one")})).outcome == turn_outcome::committed);
  awaited_instance what;
  what.instance = "a";
  what.command_id = "one";
  CHECK(watch->wait(std::chrono::seconds(30)));
  CHECK(client->satisfied_waits({what}).value().size() == 1);
}

}  // namespace laws_of_answers
