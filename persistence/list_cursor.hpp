// Cursors of lists: where a page ended.
#pragma once

#include "duroxide/administration.hpp"

#include <cstdint>
#include <string>

namespace duroxide::persistence {

// "created 17", "id orders-4", "updated 1700000000000 17": the order, and what the last row was.
struct list_place {
  std::int64_t updated_at = 0;
  std::int64_t key = 0;
  std::string id{};
};

// Throws store_failure (broken, invalid_argument) for a cursor of another order.
list_place place_from(const std::string& cursor, instance_order order);
std::string cursor_behind(instance_order order, const instance_summary& last, std::uint64_t key);

}  // namespace duroxide::persistence
