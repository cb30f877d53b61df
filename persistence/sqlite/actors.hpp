// What is kept of durable actors beside their instances: states, and answers.
#pragma once

#include "duroxide/actor_rows.hpp"
#include "persistence/sqlite/sending.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::sqlite {

std::optional<actor_state> read_actor(database& db, const std::string& instance);
std::optional<kept_answer> read_answer(database& db, const std::string& instance,
                                       const std::string& command_id);
// Answers forget_answers.
std::size_t forget_answers(database& db, timestamp before, std::size_t limit);

// Writes all of them, or none if one of their ids has an answer already. Gives how many it has written.
std::size_t add_answers(database& db, const std::string& instance, const std::vector<kept_answer>& answers);
// Deletes the first `count` of them again.
void take_back_answers(database& db, const std::string& instance, const std::vector<kept_answer>& answers,
                       std::size_t count);
// Those of them that are there, as they are there.
std::vector<kept_answer> read_answers(database& db, const std::string& instance,
                                      const std::vector<kept_answer>& answers);

void write_state(database& db, std::uint64_t instance_key, const actor_state& state, timestamp now);
// Those that were made before `since`.
void delete_old_answers(database& db, const std::string& instance, timestamp since);
void delete_journal(database& db, std::uint64_t instance_key, std::uint64_t execution);

// Deletes the instance of an actor with all that belongs to it, but for its activities. If commands wait in its inbox,
// its next life begins with them.
void end_life(database& db, const writing_context& context, const std::string& instance,
              std::uint64_t instance_key, timestamp now);

}  // namespace duroxide::persistence::sqlite
