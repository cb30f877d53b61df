// One execution on a bare history: give it events and messages as text, and look at what it makes of them.
//
//   replay_kit it(code(checkout));
//   it.start("7");                           or  it.given("1 started it 7", "2 activity reserve 7");
//   it.when("completed 2 'ok'");             one turn, with these messages
//   CHECK(it.history() == lines("1 started it 7", ...));
//   CHECK(it.effects() == "run 4");
//
// Each turn is run twice: by the execution that kept its coroutine, and by one that is rebuilt from the
// history after a trip through the codec. They must make the same turn. Then the turn itself is checked:
// event ids without gaps, every message accounted for once, and what it starts and stops is what its events
// say. A law that does not hold throws broken_law, so a test need not ask for it.
#pragma once

#include "runtime/execution.hpp"
#include "tests/support/history_text.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace duroxide::test {

class broken_law : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

// The handler of a coroutine function, registered as orchestration 'it'.
template <class Out, class... In>
orchestration_handler code(task<Out> (*function)(orchestration_context, In...)) {
  return detail::make_orchestration_handler<Out, decltype(function), In...>("it", function);
}

struct kit_options {
  bool verify_replay = false;
  bool compare_cold = true;  // off for code that is not deterministic
  bool evict = false;        // forget the coroutine before every turn
  std::string instance = "i";
  std::uint64_t execution = 1;
  std::size_t turn_limit = limits::turn_bytes;
  int history_format = limits::history_format;  // of the first execution; the next ones have the newest
};

// What history and effects say is running: event ids of activities and timers, instance ids of children.
struct running_work {
  std::set<std::uint64_t> activities;
  std::set<std::uint64_t> timers;
  std::set<std::string> children;
  bool operator==(const running_work&) const = default;
};

class replay_kit {
public:
  explicit replay_kit(orchestration_handler handler, kit_options options = {});

  // A fresh execution, and its first turn.
  void start(std::string_view input) { start_with(parse_event("1 started it " + std::string(input))); }
  void start_with(history_event started, const std::vector<std::string>& messages = {});

  // A stored history. The code runs over it with the first turn.
  template <class... Line> void given(const Line&... events) { store({std::string(events)...}); }

  // One turn with these messages.
  template <class... Line> void when(const Line&... messages) { take_turn({std::string(messages)...}); }
  void take_turn(const std::vector<std::string>& messages);
  // One turn with this message, for what has no text.
  void deliver_one(const message& arrived) { deliver({arrived}); }
  // Ends the execution from outside.
  void fail(const error_details& why);

  // REQUIRES: it has continued as new. The next execution, with what was given back in front of what waits in
  // queues, and its first turn with the messages that the last one left unconsumed, and these.
  void continues(const std::vector<std::string>& messages = {});

  // The clock of the turns to come, in milliseconds since the epoch. It starts at 1000.
  void set_time(std::int64_t milliseconds) { now_ = timestamp(duration(milliseconds)); }

  std::string history() const { return print(history_); }
  std::string added() const { return print(last_.events); }
  std::string effects() const { return print_effects(last_); }
  std::string messages() const { return print_messages(last_); }
  bool ended() const { return last_.ends.has_value(); }
  bool continued() const { return ended() && last_.ends->status == runtime_status::continued_as_new; }
  // "completed 'x'", "failed ...", or nothing while it runs.
  std::string outcome() const;
  // REQUIRES: it has failed or was cancelled.
  const error_details& error() const { return *last_.ends->error; }
  const internal::turn& last() const { return last_; }
  const std::vector<history_event>& events() const { return history_; }
  std::uint64_t drawn() const { return drawn_; }  // random numbers so far

private:
  using execution_ptr = std::unique_ptr<internal::execution>;

  void store(const std::vector<std::string>& events);
  execution_ptr make() const;
  execution_ptr rebuild() const;
  internal::turn run(internal::execution& running, const std::vector<message>& arrived,
                     internal::backlog& waiting, std::uint64_t& drawn) const;
  void give_back(const std::vector<queued_message>& rest);
  std::vector<message> all_in(internal::backlog waiting) const;
  void deliver(std::vector<message> arrived);
  void check_cold_turn(internal::turn cold, const internal::turn& hot) const;
  void check_state() const;
  void check_messages(const std::vector<message>& arrived, const internal::backlog& before) const;
  void check_work();
  [[noreturn]] void broken(const std::string& law) const;

  orchestration_handler handler_;
  kit_options options_;
  internal::execution_identity identity_;
  timestamp now_{duration(1000)};
  std::uint64_t drawn_ = 0;
  std::uint64_t messages_ = 0;
  std::optional<std::string> custom_status_;
  std::vector<history_event> history_;
  internal::backlog waiting_;
  std::set<std::string> queues_;  // that have been sent to
  execution_ptr hot_;
  bool fresh_ = false;  // begun, and not run yet
  internal::turn last_;
  running_work running_;
};

// Runs a script of messages in every way that must make no difference: with the coroutine kept, with the
// coroutine rebuilt before every turn, with one message a turn, and with all of them in one. Throws
// broken_law if the histories differ. Gives the history, of all executions if it continues as new. REQUIRES:
// answers in `script` are for the first execution.
std::string story(const orchestration_handler& handler, std::string_view input,
                  const std::vector<std::string>& script, int history_format = limits::history_format);

}  // namespace duroxide::test
