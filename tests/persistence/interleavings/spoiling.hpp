// Whether each condition of holds.sql finds what it is there for.
#pragma once

#include "tests/persistence/interleavings/stage.hpp"

#include <string>
#include <vector>

namespace duroxide::interleavings {

// What a store writes in its own way.
struct spelling {
  std::string new_message;  // an insert of a message, up to the values behind its shard
  std::string message_id;   // of that message
  std::string refused_id;   // in the answer to a message that was not taken
  std::string other_shard;
  std::string yes;
};

// Spoils the situation "running" in one way after the other. Gives the ways after which what is wrong is not
// found, and "unspoilt" or "a message" if anything is found of what is right.
std::vector<std::string> not_judged_rightly(stage& scene, const spelling& dialect);

}  // namespace duroxide::interleavings
