// What the nodes of a chaos run know, and its clients ask for. All of it is short: there are to be many.
// Inline, since kinds.hpp tells them apart by their addresses.
#pragma once

#include "duroxide/duroxide.hpp"

namespace duroxide::chaos {

// One more than it gets. A node notes when each run of it begins and ends.
inline constexpr activity<int(int)> add_one{"add_one"};

inline constexpr event<int> go{"go"};
// Numbers from 1 on, each sent at least once, in order.
inline constexpr event_queue<int> numbers{"numbers"};

// n: so many times `add_one`, one after the other.
inline constexpr orchestration<int(int)> chain{"Chain"};
// n: so many times `add_one` at the same time; the sum of what they give for 0, 1, ... n - 1.
inline constexpr orchestration<int(int)> fan_out{"FanOut"};
// n: a pause of so many milliseconds, then `add_one`.
inline constexpr orchestration<int(int)> sleeper{"Sleeper"};
// n: has a custom status when it waits for `go`; `add_one` of n and of what that brings.
inline constexpr orchestration<int(int)> patient{"Patient"};
// n: so many `numbers`, each when it comes for the first time, as the digits of one number.
inline constexpr orchestration<int(int)> collector{"Collector"};
// The same for `digits_of_relay` numbers, each in an execution of its own, with an `add_one`. Its input: the
// digits that it has; 0 at first.
inline constexpr orchestration<int(int)> relay{"Relay"};
inline constexpr int digits_of_relay = 4;
// n: so many chains of two as children; the sum of their results.
inline constexpr orchestration<int(int)> family{"Family"};
// n: so many steps, with what they have come to in its key-value store, as `total`.
inline constexpr orchestration<int(int)> keeper{"Keeper"};
inline constexpr const char* total = "total";
// n: starts a chain of n that is independent of it, with `detached_suffix` behind its own id; 0.
inline constexpr orchestration<int(int)> starter{"Starter"};
inline constexpr const char* detached_suffix = "-detached";

}  // namespace duroxide::chaos
