#include "tests/persistence/interleavings/stage.hpp"

#include <algorithm>

namespace duroxide::interleavings {

outcome stage::perform(const std::string& situation, const std::vector<std::string>& operations,
                       const std::vector<std::size_t>& first) {
  outcome result;
  begin(situation, operations);
  std::optional<std::size_t> last;
  for (;;) {
    choice made{ready(), 0};
    if (made.ready.empty()) break;
    const std::size_t number = result.made.size();
    const bool recorded = !result.deadlocked && !result.strayed;
    made.chosen = recorded && number < first.size() ? first[number] : orders::goes_on(made.ready, last);
    if (std::ranges::find(made.ready, made.chosen) == made.ready.end()) {
      // Two that waited for one lock have gone on in another order than last time. What holds must hold here
      // too, but nothing more is learnt of the order that was asked for.
      result.strayed = true;
      made.chosen = orders::goes_on(made.ready, last);
    }
    last = made.chosen;
    if (!result.deadlocked && !result.strayed) result.made.push_back(made);
    go_on(made.chosen, result);
  }
  for (breach& each : judged()) result.breaches.push_back(std::move(each));
  return result;
}

}  // namespace duroxide::interleavings
