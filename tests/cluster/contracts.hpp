// What the node program of this folder runs, and the laws ask for.
#pragma once

#include "duroxide/duroxide.hpp"

namespace duroxide::cluster_tests {

// Takes a moment, and gives one more than it gets. A node notes each run of it.
constexpr activity<int(int)> add_one{"add_one"};
// Kills its process.
constexpr activity<int(int)> deadly{"deadly"};

constexpr event<int> go{"go"};
constexpr event_queue<int> letters{"letters"};

// -- what every node knows ------------------------------------------------------

// n: four times `add_one`, one after the other.
constexpr orchestration<int(int)> chain{"Chain"};
inline constexpr int steps_of_chain = 4;
// n: so many chains, of 0, 1, ... n - 1, as children; the sum of their results.
constexpr orchestration<int(int)> family{"Family"};
// n: a pause of a second, then `add_one`.
constexpr orchestration<int(int)> sleeper{"Sleeper"};
// n: has a custom status when it waits for `go`; adds what that brings, then `add_one`.
constexpr orchestration<int(int)> patient{"Patient"};
// Takes letters, one after the other, says how many it has, and gives all before the negative one.
constexpr orchestration<std::vector<int>()> reads{"Reads"};
// Runs `deadly`.
constexpr orchestration<int(int)> runs_deadly{"RunsDeadly"};
// Kills its process in its first turn, of which the node makes a note.
constexpr orchestration<int(int)> dies{"Dies"};
constexpr orchestration<int(int)> dies_of_message{"DiesOfMessage"};

// A durable actor that counts what it is given.
struct purse_state {
  long coins = 0;
};
BOOST_DESCRIBE_STRUCT(purse_state, (), (coins))
constexpr durable_actor<purse_state> purse{"purse"};
constexpr command<long(long)> put_in{"put_in"};
// Gives as many to the purse of this name, and awaits its answer.
constexpr command<long(std::string)> hand_over{"hand_over"};

// -- what a node knows with `--with WORD` -----------------------------------------

// Has a custom status when it waits for `go`; gives its version.
constexpr orchestration<std::string(int)> flow{"Flow"};  // flow-1: 1.0.0; flow-2: 1.0.0 and 2.0.0
// n: `add_one`.
constexpr orchestration<int(int)> left{"Left"};    // left
constexpr orchestration<int(int)> right{"Right"};  // right

}  // namespace duroxide::cluster_tests
