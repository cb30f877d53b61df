#include "duroxide/rewound_history.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duroxide {

void leave_out_rewound(std::vector<history_event>& history) {
  const auto first = std::ranges::find(history, event_kind::orchestration_rewound, &history_event::kind);
  auto kept = first;
  for (auto next = first; next != history.end(); ++next) {
    if (next->kind == event_kind::orchestration_rewound) {
      while (std::distance(history.begin(), kept) > 1 && std::prev(kept)->id >= next->source) --kept;
      if (!next->data.empty()) history.front().data = next->data;
      if (next->version) history.front().version = next->version;
    }
    if (kept != next) *kept = std::move(*next);
    ++kept;
  }
  history.erase(kept, history.end());
}

bool has_run(const std::vector<history_event>& history) {
  return std::ranges::any_of(history, [](const history_event& each) {
    return each.kind != event_kind::orchestration_started && each.kind != event_kind::orchestration_rewound;
  });
}

}  // namespace duroxide
