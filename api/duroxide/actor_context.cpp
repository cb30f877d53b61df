#include "duroxide/actor_context.hpp"

namespace duroxide {

void actor_context::trace(trace_level level, std::string text) const {
  turn().effects.traces.push_back({level, std::move(text)});
}

}  // namespace duroxide
