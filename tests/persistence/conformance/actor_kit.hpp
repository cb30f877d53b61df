// Durable actors of the name "account", for their laws.
#pragma once

#include "tests/persistence/conformance/kit.hpp"

#include <string>
#include <vector>

namespace duroxide::conformance {

inline const std::string account = "account";

message command_for(const std::string& actor, const std::string& data);
actor_state state_of(const std::string& text, std::int64_t answers_since = 0);
kept_answer answer_of(const std::string& command_id, std::int64_t made_at = 1);
// A turn that leaves this state. It runs in execution 1, and appends no event.
turn_commit actor_turn(const std::string& actor, const std::string& state);
// The first turn of an actor that has no row.
turn_commit first_actor_turn(const std::string& actor, const std::string& state);
// One that destroys it.
turn_commit destroying_turn(const std::string& actor);
// A turn of an actor that awaits something, with two events from this one on, and a timer and an activity.
turn_commit journal_turn(const std::string& actor, std::uint64_t execution, std::uint64_t event_id);

// Makes the actor by a first turn.
void create_actor(live_store& store, const std::string& actor, const std::string& state = "{}");
// The data of the commands that wait, in their order, with blanks between.
std::string commands_of(provider& store, const std::string& actor);
// The id of the first command that waits, of a queue that is not empty.
std::uint64_t first_command(provider& store, const std::string& actor);
// "" if there is none.
std::string state_text(provider& store, const std::string& actor);
// What a verification of the store finds.
std::string inconsistencies(provider& store);

}  // namespace duroxide::conformance
