// Random sequences of what durable actors and their senders do, on a store and on a model of it.
// DUROXIDE_MODEL_SEED runs one seed, DUROXIDE_MODEL_STEPS says how long a sequence is.
#include "tests/persistence/conformance/actor_kit.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

namespace laws_of_random_actors {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

struct modelled_command {
  std::string data;
  bool delivered = false;
};

struct modelled_actor {
  bool exists = false;
  std::uint64_t execution = 1;
  std::uint64_t next_event = 1;
  std::optional<std::string> state{};
  timestamp answers_since{};
  std::vector<modelled_command> commands{};
};

class random_run {
public:
  random_run(live_store& store, std::uint64_t seed) : store_(store), seed_(seed), random_(seed) {}

  void run(int steps) {
    for (step_ = 1; step_ <= steps; ++step_) {
      INFO("DUROXIDE_MODEL_SEED=" << seed_ << ", step " << step_);
      operate();
      for (const std::string& each : all_) compare(each);
      compare_undelivered();
    }
    const auto is_there = [](const auto& each) { return each.second.exists; };
    CHECK(static_cast<std::ptrdiff_t>(store_->administration().metrics().value().instances) ==
          std::ranges::count_if(actors_, is_there));
    CHECK(inconsistencies(*store_).empty());
  }

private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool once_in(std::uint64_t times) { return below(times) == 0; }
  std::uint64_t tenure_or_none() { return once_in(2) ? store_.membership().shards.front().tenure : 0; }
  std::string any_actor() { return all_[below(all_.size())]; }
  message new_command(const std::string& actor) { return command_for(actor, "m" + std::to_string(++names_)); }

  void operate() {
    switch (below(12)) {
    case 0: return post();
    case 1:
    case 2: return post_by_writer();
    case 3: return once_in(4) ? remove() : turns(1);
    case 4:
      if (!once_in(4)) return turns(1);
      once_in(2) ? store_.restart() : store_.crash();
      for (auto& [id, actor] : actors_)
        for (modelled_command& each : actor.commands) each.delivered = false;
      return;
    case 5: return once_in(4) ? forget() : turns(1);
    default: return turns(1 + below(3));
    }
  }

  // What the model says of a message.
  post_outcome send(const message& content, bool creates, bool delivered) {
    modelled_actor& receiver = actors_[content.instance];
    if (!receiver.exists && !creates) return post_outcome::not_found;
    receiver.exists = true;
    receiver.commands.push_back({content.data, delivered});
    return post_outcome::accepted;
  }

  void post() {
    const message content = new_command(any_actor());
    const bool creates = !once_in(3);
    INFO("post to " << content.instance << (creates ? ", making it" : ""));
    CHECK(store_->post(content, creates ? account : "").value() == send(content, creates, false));
  }

  void post_by_writer() {
    commit_batch batch;
    const bool creates = !once_in(3);
    batch.posts.push_back({new_command(any_actor()), tenure_or_none(), creates ? account : ""});
    const client_post& posted = batch.posts.front();
    INFO("post to " << posted.content.instance << " by the writer" << (creates ? ", making it" : ""));
    CHECK(store_.commit(batch).posts.at(0).outcome ==
          send(posted.content, creates, posted.delivered_under != 0));
  }

  void remove() {
    const std::string id = any_actor();
    INFO("remove " << id);
    const auto refusal = store_->administration().remove(id, true).value().refusal;
    CHECK((refusal == deletion_refusal::none) == actors_[id].exists);
    if (!actors_[id].exists) return;
    actors_[id] = {};
    answers_[id].clear();
  }

  void forget() {
    std::vector<std::tuple<timestamp, std::string, std::string>> old;
    const timestamp before = moment(step_ - static_cast<int>(below(10)));
    for (const auto& [id, answers] : answers_)
      for (const auto& [command, made_at] : answers)
        if (made_at < before) old.emplace_back(made_at, id, command);
    INFO("forget " << old.size() << " answers");
    CHECK(store_->forget_answers(before, 1000).value() == old.size());
    for (const auto& [made_at, id, command] : old) answers_[id].erase(command);
  }

  // Of different actors, in one batch. A message goes to its own sender, or to one that has no turn in it.
  void turns(std::uint64_t count) {
    std::vector<turn_commit> made;
    std::set<std::string> taken;
    while (taken.size() < count) taken.insert(any_actor());
    for (const std::string& id : taken) made.push_back(turn_of_actor(id, taken));
    const batch_receipt receipt = store_.commit(batch_of(made));
    for (std::size_t i = 0; i < made.size(); ++i) {
      INFO("turn of " << made[i].instance << (made[i].actor->destroyed ? ", which destroys it" : ""));
      REQUIRE(receipt.turns.at(i).outcome == apply(made[i]));
    }
  }

  turn_commit turn_of_actor(const std::string& id, const std::set<std::string>& taken) {
    const modelled_actor& actor = actors_[id];
    const std::string state = "s" + std::to_string(step_);
    turn_commit turn = actor.exists && !once_in(12) ? actor_turn(id, state) : first_actor_turn(id, state);
    turn.began_at = moment(step_);
    turn.execution = actor.exists ? actor.execution : 1;
    actor_change& change = *turn.actor;
    if (actor.state && once_in(4)) change.state.reset();
    if (change.state) change.state->answers_since = actor.answers_since;
    if (change.state && once_in(4))
      change.state->answers_since =
          std::max(actor.answers_since, moment(step_ - static_cast<int>(below(20))));
    for (const std::string& command : {"c" + std::to_string(below(20)), "d" + std::to_string(below(20))})
      if (once_in(2)) change.answers.push_back(answer_of(command, step_));
    if (actor.exists) consume_some(turn);
    const std::uint64_t wrong_or_next = once_in(8) ? 77 : actor.next_event;
    if (once_in(4)) turn.history = journal_turn(id, turn.execution, turn.creates ? 1 : wrong_or_next).history;
    change.ends_journal = once_in(5);
    change.destroyed = once_in(8);
    if (once_in(3)) turn.messages.push_back({new_command(id), tenure_or_none()});
    if (const std::string other = any_actor(); once_in(3) && !taken.contains(other))
      turn.messages.push_back({new_command(other), tenure_or_none(), once_in(3) ? "" : account});
    return turn;
  }

  // Ids are the store's; those that wait are compared after every step.
  void consume_some(turn_commit& turn) {
    const auto page =
        store_->fetch_queue(turn.instance, life_of(*store_, turn.instance), std::string(command_queue), 100);
    const std::uint64_t count = below(page.value().messages.size() + 1);
    for (std::size_t i = 0; i < count; ++i) turn.consumed.push_back(page.value().messages[i].id);
    if (once_in(12)) turn.consumed.push_back(1'000'000'000 + below(1000));  // nobody's
  }

  turn_outcome apply(const turn_commit& turn) {
    modelled_actor& actor = actors_[turn.instance];
    auto& answers = answers_[turn.instance];
    const actor_change& change = *turn.actor;
    for (const kept_answer& each : change.answers)
      if (answers.contains(each.command_id)) return turn_outcome::repeated;
    if (turn.creates && actor.exists) return turn_outcome::already_exists;
    const bool is_unknown = !turn.consumed.empty() && turn.consumed.back() >= 1'000'000'000;
    if (is_unknown || (!turn.creates && !actor.exists)) return turn_outcome::stale;
    for (const history_row& each : turn.history)
      if (each.first_event_id != actor.next_event) return turn_outcome::stale;
    actor.exists = true;
    actor.commands.erase(actor.commands.begin(),
                         actor.commands.begin() + static_cast<std::ptrdiff_t>(turn.consumed.size()));
    for (const kept_answer& each : change.answers) answers[each.command_id] = each.made_at;
    if (change.state && change.state->answers_since > actor.answers_since)
      std::erase_if(answers, [&](const auto& each) { return each.second < change.state->answers_since; });
    if (change.state) {
      actor.state = change.state->state;
      actor.answers_since = change.state->answers_since;
    }
    for (const history_row& each : turn.history) actor.next_event += each.count;
    if (change.ends_journal) {
      ++actor.execution;
      actor.next_event = 1;
    }
    for (const outgoing_message& each : turn.messages)
      send(each.content, !each.creates.empty(), each.delivered_under != 0);
    if (change.destroyed) end_life(actor);
    return turn_outcome::committed;
  }

  static void end_life(modelled_actor& actor) {
    modelled_actor next;
    next.commands = actor.commands;
    for (modelled_command& each : next.commands) each.delivered = false;
    next.exists = !next.commands.empty();
    actor = next;
  }

  void compare(const std::string& id) {
    INFO("actor " << id);
    const modelled_actor& actor = actors_[id];
    const auto loaded = store_->load(id).value();
    REQUIRE(loaded.has_value() == actor.exists);
    for (const auto& [command, made_at] : answers_[id])
      REQUIRE(store_->answer(id, command).value().value().made_at == made_at);
    if (!actor.exists) return;
    REQUIRE(loaded->actor.has_value() == actor.state.has_value());
    if (actor.state) REQUIRE(*loaded->actor == actor_state{"1", *actor.state, actor.answers_since});
    REQUIRE(loaded->status.execution == actor.execution);
    std::uint64_t events = 0;
    for (const history_row& each : loaded->history) events += each.count;
    REQUIRE(events + 1 == actor.next_event);
    std::string waiting;
    for (const modelled_command& each : actor.commands) waiting += (waiting.empty() ? "" : " ") + each.data;
    REQUIRE(commands_of(*store_, id) == waiting);
  }

  void compare_undelivered() {
    std::multiset<std::string> brought;
    std::multiset<std::string> expected;
    undelivered_page page;
    do {
      page = store_->fetch_undelivered(store_.node(), page.position, end_of_time, 7, {}).value();
      for (const message& each : page.messages) brought.insert(each.instance + " " + each.data);
    } while (page.more);
    for (const auto& [id, actor] : actors_)
      for (const modelled_command& each : actor.commands)
        if (!each.delivered) expected.insert(id + " " + each.data);
    REQUIRE(brought == expected);
  }

  live_store& store_;
  const std::uint64_t seed_;
  std::mt19937_64 random_;
  const std::vector<std::string> all_{"a", "b", "c", "d"};
  std::map<std::string, modelled_actor> actors_;
  std::map<std::string, std::map<std::string, timestamp>> answers_;  // when they were made
  int step_ = 0;
  std::uint64_t names_ = 0;
};

void run_seed(const store_kind& kind, std::uint64_t seed) {
  live_store store(kind);
  const char* given = std::getenv("DUROXIDE_MODEL_STEPS");
  random_run(store, seed).run(given != nullptr ? std::atoi(given) : 150);
}

}  // namespace

LAW("a store does with durable actors what its model does, whatever is asked of it") {
  for (const store_kind& kind : stores_under_test()) {
    INFO("in " << kind.name);
    if (const char* given = std::getenv("DUROXIDE_MODEL_SEED")) {
      run_seed(kind, std::strtoull(given, nullptr, 10));
      continue;
    }
    for (const std::uint64_t seed : {1, 2}) run_seed(kind, seed);
    const std::uint64_t fresh = std::random_device{}();
    std::cout << "model test of actors in " << kind.name << ": fresh DUROXIDE_MODEL_SEED=" << fresh
              << std::endl;
    run_seed(kind, fresh);
  }
}

}  // namespace laws_of_random_actors
