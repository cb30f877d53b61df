#include "api/cli/usage.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace duroxide::cli {

namespace {

// How many letters have to be changed, added or left out (Levenshtein).
std::size_t distance(std::string_view first, std::string_view second) {
  std::vector<std::size_t> row(second.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < first.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t k = 0; k < second.size(); ++k) {
      const std::size_t changed = diagonal + (first[i] == second[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, row[k] + 1, row[k + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > 40) return {};
  std::string best;
  std::size_t least = word.size() / 3 + (word.size() > 3 ? 2 : 1);
  for (const std::string& each : known) {
    const std::size_t steps = distance(word, each);
    if (steps < least) {
      least = steps;
      best = each;
    }
  }
  return best;
}

std::string word_in_quotes(std::string_view word) {
  if (word.find("://") != word.npos) return "the URL of a store";
  return "'" + std::string(word.substr(0, 60)) + (word.size() > 60 ? "..." : "") + "'";
}

}  // namespace duroxide::cli
