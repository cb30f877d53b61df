// Where a page of problems ends.
#pragma once

#include "duroxide/problem.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace duroxide::persistence {

// The time and the key of the last row: "1700000000000 17".
struct problem_cursor {
  std::int64_t since = 0;
  std::int64_t key = 0;

  auto operator<=>(const problem_cursor&) const = default;
};

problem_cursor cursor_behind(const instance_problem& last);
std::string to_text(const problem_cursor& last);
// Throws store_failure (broken, invalid_argument) for another text.
problem_cursor problem_cursor_from(const std::string& text);

}  // namespace duroxide::persistence
