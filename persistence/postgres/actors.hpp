// What is kept of durable actors beside their instances: states, and answers.
#pragma once

#include "duroxide/actor_rows.hpp"
#include "persistence/postgres/connection.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence::postgres {

std::optional<actor_state> read_actor(connection& db, const std::string& instance);
// Those of these commands that have an answer.
std::vector<kept_answer> read_answers(connection& db, const std::string& instance,
                                      const std::vector<std::string>& command_ids);
// Answers forget_answers.
std::size_t forget_answers(connection& db, timestamp before, std::size_t limit);

}  // namespace duroxide::persistence::postgres
