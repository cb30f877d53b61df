// Which of the turns that wait are committed next.
#include "actors/turn_lines.hpp"

#include "tests/support/catch.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>

#include <set>
#include <string>
#include <vector>

namespace laws_of_turn_lines {

using namespace duroxide;
using namespace duroxide::internal;
using std::chrono_literals::operator""s;

namespace {

// Instances are numbers here, and so are their turns.
class waiting_turns {
public:
  explicit waiting_turns(std::size_t instances) {
    for (std::size_t i = 0; i < instances; ++i)
      actors_.push_back(
          system_.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](caf::unit_t) {}}; }));
  }

  void begin(std::size_t instance) {
    auto turn = turn_of(instance, 1);
    turn->creates.emplace();
    push(instance, std::move(turn));
  }
  void go_on(std::size_t instance, std::uint64_t execution = 1) {
    push(instance, turn_of(instance, execution));
  }
  void pass(duration time) { now_ += time; }

  std::vector<turn_lines::taken_turn> take(std::size_t most) {
    batch_room room;
    return lines_.take(most, room);
  }
  void put_back(std::vector<turn_lines::taken_turn> turns) { lines_.put_back(std::move(turns)); }

  // The order within a batch means nothing.
  static std::string text_of(const std::vector<turn_lines::taken_turn>& turns) {
    std::set<int> instances;
    for (const auto& each : turns) instances.insert(std::stoi(each.what.turn->instance));
    std::string text;
    for (const int each : instances) text += (text.empty() ? "" : " ") + std::to_string(each);
    return text;
  }
  std::string taken(std::size_t most) { return text_of(take(most)); }

private:
  static std::shared_ptr<turn_commit> turn_of(std::size_t instance, std::uint64_t execution) {
    auto turn = std::make_shared<turn_commit>();
    turn->instance = std::to_string(instance);
    turn->execution = execution;
    return turn;
  }
  void push(std::size_t instance, std::shared_ptr<turn_commit> turn) {
    lines_.push({std::move(turn), 1, actors_.at(instance)}, now_);
  }

  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  std::vector<caf::actor> actors_;
  turn_lines lines_;
  steady_time now_{};
};

// All have begun, and what began them is committed.
void begin_all(waiting_turns& waiting, std::size_t instances) {
  for (std::size_t i = 0; i < instances; ++i) waiting.begin(i);
  (void)waiting.take(instances);
}

}  // namespace

LAW("what has begun goes on before what began later, whatever comes first") {
  waiting_turns waiting(4);
  begin_all(waiting, 4);
  for (const std::size_t instance : {3, 1, 0, 2}) waiting.go_on(instance);
  CHECK(waiting.taken(3) == "0 1 2");
  waiting.go_on(0);
  CHECK(waiting.taken(3) == "0 3");
}

LAW("however many turns wait, a third of a batch is for starts, as they came") {
  waiting_turns waiting(20);
  begin_all(waiting, 10);
  for (std::size_t i = 0; i < 10; ++i) waiting.go_on(i);
  for (std::size_t i = 10; i < 20; ++i) waiting.begin(i);
  CHECK(waiting.taken(6) == "0 1 2 3 10 11");
  CHECK(waiting.taken(6) == "4 5 6 7 12 13");
}

LAW("however many starts wait, and executions that began just now, what has run for long goes on") {
  waiting_turns waiting(30);
  begin_all(waiting, 10);
  waiting.pass(turn_lines::short_while + 1s);
  for (const std::size_t old : {7, 2}) waiting.go_on(old);
  for (std::size_t i = 10; i < 20; ++i) waiting.begin(i);
  CHECK(waiting.taken(3) == "7 10 11");
  CHECK(waiting.taken(3) == "2 12 13");
}

LAW("a continue-as-new is no start: it waits behind others, and then goes on as what began just now") {
  waiting_turns waiting(3);
  begin_all(waiting, 2);
  waiting.go_on(0, 2);
  waiting.go_on(1, 2);
  waiting.begin(2);
  CHECK(waiting.taken(2) == "0 2");
  CHECK(waiting.taken(2) == "1");
  waiting.go_on(1, 2);
  waiting.go_on(0, 2);
  CHECK(waiting.taken(1) == "0");
}

LAW("what could not be committed stands where it stood") {
  waiting_turns waiting(6);
  begin_all(waiting, 3);
  for (const std::size_t instance : {0, 1, 2}) waiting.go_on(instance);
  for (const std::size_t instance : {3, 4, 5}) waiting.begin(instance);
  auto taken = waiting.take(4);
  const std::string before = waiting_turns::text_of(taken);
  waiting.put_back(std::move(taken));
  CHECK(before == "0 1 2 3");
  CHECK(waiting.taken(2) == "0 3");
}

}  // namespace laws_of_turn_lines
