// Where a few operations run at the same time, one of them going on at any moment.
#pragma once

#include "tests/persistence/interleavings/orders.hpp"

#include <cstddef>
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

// A store, and a player for each operation. An operation goes on until it is about to do the next thing that
// counts, and waits there until it is let go on. One that waits for what another one has locked goes on by
// itself when that one is through. Used by one thread.
class stage {
public:
  static constexpr std::size_t most_players = 3;

  stage() = default;
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  virtual ~stage() = default;

  // Runs `operations` (of table.cpp) in `situation`, choosing as `first` says.
  outcome perform(const std::string& situation, const std::vector<std::string>& operations,
                  const std::vector<std::size_t>& first);

  // What is found after `sql` in the situation "running". `done`: JSON, as in said.sql.
  virtual std::vector<breach> breaches_after(const std::string& sql, const std::string& done) = 0;

protected:
  virtual void begin(const std::string& situation, const std::vector<std::string>& operations) = 0;
  // Who can be let go on, ascending. None: all have finished.
  virtual std::vector<std::size_t> ready() const = 0;
  // Lets one go on, and returns when nobody runs.
  virtual void go_on(std::size_t number, outcome& result) = 0;
  // What does not hold, when all have finished.
  virtual std::vector<breach> judged() = 0;
};

}  // namespace duroxide::interleavings
