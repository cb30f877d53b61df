// Which of the turns that wait are committed next.
#include "actors/store/turn_lines.hpp"

#include "tests/support/catch.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace laws_of_turn_lines {

using namespace duroxide;
using namespace duroxide::internal;
using std::chrono_literals::operator""s;

namespace {

// Instances are numbers here, and so are their turns.
class waiting_turns {
public:
  void begin(int instance) {
    began_[instance] = now_;
    push(instance, true);
  }
  void go_on(int instance) { push(instance, false); }
  void cancel(int instance) { push(instance, false, runtime_status::cancelled); }
  void continue_as_new(int instance) { began_.erase(instance); }
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
  void push(int instance, bool begins, std::optional<runtime_status> end = std::nullopt) {
    auto turn = std::make_shared<turn_commit>();
    turn->instance = std::to_string(instance);
    if (end) turn->ends = execution_end{1, *end, {}, {}};
    const auto found = began_.find(instance);
    lines_.push(
        {std::move(turn), 1, begins, found == began_.end() ? std::nullopt : std::optional(found->second), {}},
        now_);
  }

  turn_lines lines_;
  std::map<int, steady_time> began_;
  steady_time now_{};
};

// One after the other, and what began them is committed.
void begin_all(waiting_turns& waiting, int instances) {
  for (int i = 0; i < instances; ++i) {
    waiting.begin(i);
    waiting.pass(duration(1));
  }
  (void)waiting.take(static_cast<std::size_t>(instances));
}

}  // namespace

LAW("what has begun goes on before what began later, whatever comes first") {
  waiting_turns waiting;
  begin_all(waiting, 4);
  for (const int instance : {3, 1, 0, 2}) waiting.go_on(instance);
  CHECK(waiting.taken(3) == "0 1 2");
  waiting.go_on(0);
  CHECK(waiting.taken(3) == "0 3");
}

LAW("what is cancelled goes before all that has begun, however long ago it began itself") {
  waiting_turns waiting;
  begin_all(waiting, 4);
  waiting.go_on(0);
  waiting.go_on(1);
  for (const int instance : {3, 2}) waiting.cancel(instance);
  auto taken = waiting.take(3);
  CHECK(waiting_turns::text_of(taken) == "0 2 3");
  waiting.put_back(std::move(taken));
  CHECK(waiting.taken(2) == "2 3");
}

LAW("however many turns wait, a third of a batch is for starts, as they came") {
  waiting_turns waiting;
  begin_all(waiting, 10);
  for (int i = 0; i < 10; ++i) waiting.go_on(i);
  for (int i = 10; i < 20; ++i) waiting.begin(i);
  CHECK(waiting.taken(6) == "0 1 2 3 10 11");
  CHECK(waiting.taken(6) == "4 5 6 7 12 13");
}

LAW("however many starts wait, and executions that began just now, what has run for long goes on") {
  waiting_turns waiting;
  begin_all(waiting, 10);
  waiting.pass(turn_lines::short_while + 1s);
  for (const int old : {7, 2}) waiting.go_on(old);
  for (int i = 10; i < 20; ++i) waiting.begin(i);
  CHECK(waiting.taken(3) == "7 10 11");
  CHECK(waiting.taken(3) == "2 12 13");
}

LAW("a continue-as-new is no start: it waits behind what came before it") {
  waiting_turns waiting;
  begin_all(waiting, 3);
  for (const int instance : {1, 0}) {
    waiting.continue_as_new(instance);
    waiting.go_on(instance);
  }
  waiting.begin(3);
  waiting.go_on(2);
  CHECK(waiting.taken(3) == "1 2 3");
  CHECK(waiting.taken(3) == "0");
}

LAW("what could not be committed stands where it stood") {
  waiting_turns waiting;
  begin_all(waiting, 3);
  for (const int instance : {0, 1, 2}) waiting.go_on(instance);
  for (const int instance : {3, 4, 5}) waiting.begin(instance);
  auto taken = waiting.take(4);
  const std::string before = waiting_turns::text_of(taken);
  waiting.put_back(std::move(taken));
  CHECK(before == "0 1 2 3");
  CHECK(waiting.taken(2) == "0 3");
}

}  // namespace laws_of_turn_lines
