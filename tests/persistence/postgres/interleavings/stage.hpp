// A schema of its own in which a few operations run at the same time, one of them going on at any moment.
#pragma once

#include "tests/persistence/postgres/interleavings/orders.hpp"
#include "tests/persistence/postgres/interleavings/player.hpp"
#include "tests/support/postgres_schema.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace duroxide::interleavings {

// What was found after one order.
struct breach {
  std::string kind;  // a word of holds.sql, "deadlock" or "error"
  std::string what;
};

struct outcome {
  std::vector<choice> made;  // until a deadlock: whom the server ends is not for us to choose
  bool deadlocked = false;
  bool strayed = false;  // it came to another point than the order that was asked for
  std::string trace;     // a line for each choice
  std::vector<breach> breaches;
};

// Used by one thread. Each operation goes on until it is about to run the next statement that counts, or to
// commit; there it waits until it is let go on. One that waits for what another one has locked counts as
// waiting too: it goes on by itself when the other one is through.
class stage {
public:
  static constexpr std::size_t most_players = 3;

  stage();

  // Runs `operations` (functions of operations.sql, without "op_") in `situation`, choosing as `first` says.
  outcome perform(const std::string& situation, const std::vector<std::string>& operations,
                  const std::vector<std::size_t>& first);

  // What is found after `sql` in the situation "running". `done`: JSON, as in holds.sql.
  std::vector<breach> breaches_after(const std::string& sql, const std::string& done);

private:
  enum class state : std::uint8_t {
    ready,    // between two statements of the client
    stopped,  // before a statement of a function
    locked,   // waits for another player
    running,
    finished,
  };
  struct role {
    std::string operation;
    state is = state::finished;
    int stop = 0;                // where it was stopped
    int stops = 0;               // how many it has come to
    std::array<bool, 2> held{};  // which of its gates are closed
    bool committing = false;
    std::string answer;
  };

  void instrument();
  void begin(const std::string& situation, const std::vector<std::string>& operations);
  std::vector<std::size_t> ready() const;
  void go_on(std::size_t number, outcome& result);
  void open_gate(std::size_t number);
  void settle(outcome& result);
  void hear(std::size_t number, outcome& result);
  bool somebody_says_something();
  void look_at_locks();
  void finish(role& it);
  bool any(state what) const;
  void take_end(std::size_t number, outcome& result);
  std::vector<breach> judged(const std::string& done);

  testing_support::postgres_schema schema_;
  std::unique_ptr<player> control_;
  std::vector<std::unique_ptr<player>> players_;
  std::vector<role> roles_;
  std::vector<std::string> stops_;  // first lines of statements, by number
  std::string forget_;
  std::string done_;  // JSON, for holds.sql
  int commits_ = 0;
  int performed_ = 0;
};

}  // namespace duroxide::interleavings
