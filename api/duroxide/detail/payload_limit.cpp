#include "duroxide/detail/payload_limit.hpp"

namespace duroxide::detail {

std::optional<error_details> too_long(std::string_view what, std::string_view name, std::string_view payload,
                                      std::size_t limit) {
  if (payload.size() <= limit) return std::nullopt;
  return limit_error(std::string(what) + " '" + std::string(name) + "' has " +
                     std::to_string(payload.size()) + " bytes; the limit is " + std::to_string(limit) +
                     " (runtime_options::payload_limit). Store large data elsewhere and pass where it is")
      .details();
}

}  // namespace duroxide::detail
