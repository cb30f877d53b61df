#include "tests/persistence/interleavings/orders.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::interleavings {

std::optional<std::vector<std::size_t>> orders::next() {
  if (waiting_.empty()) return std::nullopt;
  const auto fewest = waiting_.begin();
  auto& equals = fewest->second;
  std::swap(equals[chance_() % equals.size()], equals.back());
  std::vector<std::size_t> first = std::move(equals.back());
  equals.pop_back();
  if (equals.empty()) waiting_.erase(fewest);
  fixed_ = first.size();
  return first;
}

void orders::add(const std::vector<choice>& made) {
  std::vector<std::size_t> before;
  std::size_t preemptions = 0;
  std::optional<std::size_t> last;
  for (const choice& each : made) {
    const auto preempts = [&](std::size_t player) {
      return last && *last != player && std::ranges::find(each.ready, *last) != each.ready.end();
    };
    for (const std::size_t other : each.ready) {
      if (other == each.chosen || before.size() < fixed_) continue;
      auto& first = waiting_[preemptions + (preempts(other) ? 1 : 0)].emplace_back(before);
      first.push_back(other);
    }
    if (preempts(each.chosen)) ++preemptions;
    before.push_back(each.chosen);
    last = each.chosen;
  }
}

std::size_t orders::goes_on(const std::vector<std::size_t>& ready, std::optional<std::size_t> last) {
  if (last && std::ranges::find(ready, *last) != ready.end()) return *last;
  return ready.front();
}

}  // namespace duroxide::interleavings
