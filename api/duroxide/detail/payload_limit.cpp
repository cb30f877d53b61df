#include "duroxide/detail/payload_limit.hpp"

#include "duroxide/limits.hpp"

namespace duroxide::detail {

std::optional<error_details> too_long(std::string_view what, std::string_view name, std::string_view payload,
                                      std::size_t limit) {
  if (payload.size() <= limit) return std::nullopt;
  return limit_error(std::string(what) + " '" + std::string(name) + "' has " +
                     std::to_string(payload.size()) + " bytes; the limit is " + std::to_string(limit) +
                     " (runtime_options::payload_limit). Store large data elsewhere and pass where it is")
      .details();
}

std::optional<error_details> too_long(const message& sent, std::size_t limit) {
  if (sent.kind != message_kind::cancel) return too_long("the payload of", sent.name, sent.data, limit);
  if (sent.data.size() <= limits::reason_bytes) return std::nullopt;
  return limit_error("the reason of the cancellation of instance '" + sent.instance + "' has " +
                     std::to_string(sent.data.size()) + " bytes; the limit is " +
                     std::to_string(limits::reason_bytes) + " (limits::reason_bytes)")
      .details();
}

std::optional<error_details> too_large_to_store(std::string_view what, std::string_view name,
                                                std::size_t bytes, std::size_t limit) {
  if (bytes <= limit) return std::nullopt;
  return limit_error(std::string(what) + " '" + std::string(name) + "' has " + std::to_string(bytes) +
                     " bytes as it is stored; the limit is " + std::to_string(limit) +
                     " (runtime_options::turn_limit). Store large data elsewhere and pass where it is")
      .details();
}

}  // namespace duroxide::detail
