// Random workflows that know what must come of them.
#pragma once

#include "actors/testing/dice.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::simulation {

// One step of a workflow, as data: the input of the orchestration that interprets it. What it does:
//   work n          an activity; gives worked(n)
//   flaky n         the same, under a retry policy; the first n % 3 attempts fail
//   failing n       an activity that fails, its failure taken as a value; gives 7
//   pinned n        an activity on a session
//   tagged n        an activity with a tag
//   ask n           a command to a durable actor of its own; gives worked(n)
//   await n         the same, but the command awaits a timer, an activity and another actor
//   sleep n         a timer of n ms; gives 1
//   all             its parts side by side; gives the sum
//   first           its only part against a timer of ten days, which must lose; gives what the part gives
//   late            a wait for an event that nobody raises, for n ms; gives 9
//   child           a sub-orchestration of its parts; gives what that gives
//   broken          a sub-orchestration that fails, taken as a value; gives 11
//   take n          the n-th message of its queue; gives 13 * n. A negative one was sent when it was not yet
//                   known whether the one before was there, and so may come before it
//   signal n        sets the custom status "signal n", waits for the event that a client then raises; gives n
//   keep n          a key-value pair, set, read and (odd n) cleared; gives n
//   draw            a guid, a random number, the time; gives 17
//   again n         as its last step, continues as new with its parts
//   launch n        starts an independent instance of its parts; gives 19
struct step {
  std::string kind;
  std::int64_t n = 0;
  std::vector<step> parts{};
};
BOOST_DESCRIBE_STRUCT(step, (), (kind, n, parts))

// A workflow under way: what is left of it, and what has come of it.
struct program {
  std::vector<step> steps{};
  std::int64_t sum = 0;
  bool fails = false;        // throws when it has done everything
  std::int64_t taken = 0;    // messages of its queue
  std::int64_t doubled = 0;  // messages that came more than once
  std::int64_t early = 0;    // messages that came before one that was sent before them
};
BOOST_DESCRIBE_STRUCT(program, (), (steps, sum, fails, taken, doubled, early))

// What a workflow gives.
struct outcome {
  std::int64_t sum = 0;
  std::int64_t doubled = 0;
  std::int64_t early = 0;
};
BOOST_DESCRIBE_STRUCT(outcome, (), (sum, doubled, early))

std::int64_t worked(std::int64_t n);
std::int64_t combined(std::int64_t sum, std::int64_t value);

// `size`: about how many steps.
program make_program(internal::dice& chance, std::uint64_t size);

// What the whole of it gives, children and later executions included.
std::int64_t answer_of(const program& script);
// Messages that it takes from its queue, and signals that it waits for: only a root program has them.
std::int64_t messages_of(const program& script);
std::int64_t signals_of(const program& script);
// How long it waits for timers, at most.
std::int64_t milliseconds_of(const program& script);

// Independent instances that it launches: their ids are made from the id of whoever launches them.
struct launched {
  std::string instance;
  program script;
};
std::vector<launched> launches_of(const program& script, const std::string& instance);
std::string launched_id(const std::string& parent, std::int64_t n);

}  // namespace duroxide::simulation
