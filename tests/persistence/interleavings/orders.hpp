// Which orders of the steps of several players are tried.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <vector>

namespace duroxide::interleavings {

// One moment at which somebody was let go on: who could be, and who was. What a player can do depends on what
// the others hold locked, so that orders are found by trying, and not by counting.
struct choice {
  std::vector<std::size_t> ready;  // ascending
  std::size_t chosen = 0;

  bool operator==(const choice&) const = default;
};

// Every order in which the players can go on, once, those with the fewest preemptions first: a preemption is
// that another player is chosen although the last one could go on. So whoever stops after a number of orders
// has seen what needs only few of them, as most races do. Among equals chance decides, in the same way in
// every run, so that those that have been seen are not all alike.
class orders {
public:
  // What has to be chosen first in the next order; afterwards, whoever `goes_on` says.
  std::optional<std::vector<std::size_t>> next();
  // REQUIRES: `made` begins with what `next` gave last.
  void add(const std::vector<choice>& made);

  static std::size_t goes_on(const std::vector<std::size_t>& ready, std::optional<std::size_t> last);

private:
  std::map<std::size_t, std::vector<std::vector<std::size_t>>> waiting_{{0, {{}}}};  // by preemptions
  std::mt19937 chance_{1};
  std::size_t fixed_ = 0;  // how many choices of the current order were not free
};

}  // namespace duroxide::interleavings
