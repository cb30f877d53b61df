// What a simulation has found to be wrong.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::simulation {

struct finding {
  std::string text;
  std::string instance{};  // that it is about; empty: none
};

class findings {
public:
  // After so many nobody wants to read more.
  static constexpr std::size_t enough = 20;

  void note(std::string text, std::string instance = {}) {
    if (all_.size() < enough) all_.push_back({std::move(text), std::move(instance)});
  }
  const std::vector<finding>& all() const { return all_; }
  bool empty() const { return all_.empty(); }

private:
  std::vector<finding> all_;
};

}  // namespace duroxide::simulation
