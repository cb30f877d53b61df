// Why instances do not go on.
#pragma once

#include "duroxide/life.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

enum class problem_kind : std::uint8_t {
  mismatch,        // its code does not match its history
  not_registered,  // no node that could run it has its orchestration, in its version
  cannot_load,     // what is stored of it cannot be read, or is more than this build knows
  refused,         // the store does not take its turn
  paused,          // somebody has paused it: `detail` is the reason
};

std::string_view to_string(problem_kind kind);
// Throws std::invalid_argument for a word that is no kind of problem.
problem_kind problem_kind_from(std::string_view text);

// An instance that is tried again and again, until its first turn ends its problem; or one that is paused, until it is
// resumed.
struct instance_problem {
  std::string instance;
  life_number life = 0;  // 0: whichever the id has
  problem_kind kind = problem_kind::cannot_load;
  timestamp since{};  // of problems of this kind
  std::string detail;
};

// All that is given must hold.
struct problem_query {
  std::optional<problem_kind> kind{};
  std::optional<std::string> instance{};
  std::size_t limit = 100;  // 1 to 10 000
  std::string cursor{};     // of the page before; empty: from the beginning
};

struct problem_page {
  std::vector<instance_problem> problems;  // the oldest first
  std::string cursor;                      // where the next page begins; empty: this is the last one
};

}  // namespace duroxide
