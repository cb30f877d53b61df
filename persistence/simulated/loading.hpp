// What is asked about instances and their activities.
#pragma once

#include "persistence/queries.hpp"
#include "persistence/simulated/tables.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::internal::simulated {

// As it is handed out.
stored_activity described(const activity_row& row);

std::optional<loaded_instance> load_instance(const tables& rows, const std::string& instance);
queue_page read_inbox(const tables& rows, const std::string& instance, std::uint64_t life,
                      std::uint64_t after);
queue_page read_queue(const tables& rows, const std::string& instance, std::uint64_t life,
                      const std::string& queue, std::size_t limit);
instance_status read_status(const tables& rows, const std::string& instance);
std::vector<std::size_t> satisfied_waits(const tables& rows, const std::vector<awaited_instance>& waits);
std::vector<std::uint64_t> read_lives(const tables& rows, const std::vector<std::string>& instances);
std::optional<actor_state> read_actor(const tables& rows, const std::string& instance);
std::vector<history_row> read_history(const tables& rows, const std::string& instance,
                                      std::uint64_t execution);
std::vector<kv_entry> read_kv(const tables& rows, const std::string& instance,
                              const std::optional<std::string>& key);
std::vector<activity_state> read_activity_states(const tables& rows, const std::string& instance);

std::vector<stored_activity> read_activities(const tables& rows, const persistence::activity_query& query);

}  // namespace duroxide::internal::simulated
