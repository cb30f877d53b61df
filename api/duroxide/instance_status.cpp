#include "duroxide/instance_status.hpp"

#include <array>
#include <stdexcept>

namespace duroxide {

namespace {
constexpr std::array<std::string_view, 7> status_names{
    "not_found", "pending", "running", "completed", "failed", "cancelled", "continued_as_new"};
}  // namespace

std::string_view to_string(runtime_status status) { return status_names[static_cast<std::size_t>(status)]; }

runtime_status runtime_status_from(std::string_view text) {
  for (std::size_t i = 0; i < status_names.size(); ++i)
    if (status_names[i] == text) return static_cast<runtime_status>(i);
  throw std::invalid_argument("no status is called '" + std::string(text) + "'");
}

}  // namespace duroxide
