// What a run was asked for, beside its figures.
#pragma once

#include <cstddef>
#include <optional>

namespace duroxide::bench {

struct conditions {
  std::size_t in_flight = 0;         // 0: all at once
  std::size_t workers = 0;           // activity threads of a node
  std::optional<std::size_t> lanes;  // none: what suits the store
  bool relaxed_durability = false;
};

}  // namespace duroxide::bench
