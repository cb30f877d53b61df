// Workflows that real processes run while they die, and what must come of each.
#pragma once

#include "duroxide/duroxide.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace duroxide::test {

struct scenario {
  std::string name;
  std::function<void(runtime&)> registers;
  // Starts instance `id` and sends it all its messages, before a process runs it.
  std::function<void(client&, const std::string& id)> begins;
  // The JSON of its output, or the message of its failure.
  std::string expected;
  // What follows `id` in the ids of instances that it starts and does not wait for.
  std::vector<std::string> launched{};
};

// The workflows of api/examples.
std::vector<scenario> samples();
// Each durable thing that a workflow can wait for, one after the other.
scenario everything_in_turn();
scenario asks_an_actor();
// Workflows drawn from chance.
std::vector<scenario> drawn(std::size_t count);

}  // namespace duroxide::test
