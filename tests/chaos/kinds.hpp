// What the clients start, and what must come of it.
#pragma once

#include "duroxide/duroxide.hpp"

#include <cstddef>
#include <span>

namespace duroxide::chaos {

struct kind_of_work {
  enum class wants { nothing, an_event, some_numbers };

  const orchestration<int(int)>* contract;
  const char* id;  // with a number behind it
  // Of the instance with this number.
  int (*input)(int number);
  // For that input.
  int (*output)(int input);
  int (*activities)(int input);
  wants while_it_runs = wants::nothing;
};

std::span<const kind_of_work> all_kinds();

// What a patient is brought.
inline constexpr int brought = 1000;
}  // namespace duroxide::chaos
