#include "duroxide/problem.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace duroxide {

namespace {

constexpr std::array problem_kind_names{
    std::pair{problem_kind::mismatch, std::string_view{"mismatch"}},
    std::pair{problem_kind::not_registered, std::string_view{"not_registered"}},
    std::pair{problem_kind::cannot_load, std::string_view{"cannot_load"}},
    std::pair{problem_kind::refused, std::string_view{"refused"}},
    std::pair{problem_kind::paused, std::string_view{"paused"}},
};
// A kind is the place of its name.
static_assert(problem_kind_names[static_cast<std::size_t>(problem_kind::paused)].first ==
              problem_kind::paused);

}  // namespace

std::string_view to_string(problem_kind kind) {
  return problem_kind_names[static_cast<std::size_t>(kind)].second;
}

problem_kind problem_kind_from(std::string_view text) {
  for (const auto& [kind, name] : problem_kind_names)
    if (name == text) return kind;
  throw std::invalid_argument("no kind of problem is called '" + std::string(text) + "'");
}

}  // namespace duroxide
