#include "duroxide/detail/payload_limit.hpp"

#include "duroxide/detail/payload_depth.hpp"
#include "duroxide/limits.hpp"

namespace duroxide::detail {

namespace {

constexpr std::string_view message_payload = "the payload of";
constexpr std::string_view reason_of = "the reason of the cancellation of instance";

}  // namespace

std::optional<error_details> refused_payload(std::string_view what, std::string_view name,
                                             std::string_view payload, std::size_t limit) {
  const auto whose = [&] { return std::string(what) + " '" + std::string(name) + "'"; };
  if (payload.size() > limit)
    return limit_error(whose() + " has " + std::to_string(payload.size()) + " bytes; the limit is " +
                       std::to_string(limit) +
                       " (runtime_options::payload_limit). Store large data elsewhere and pass where it is")
        .details();
  if (is_too_deep(payload)) return limit_error(too_deep_text(whose())).details();
  return std::nullopt;
}

std::optional<error_details> refused_message(const message& sent, std::size_t limit) {
  if (sent.kind != message_kind::cancel) return refused_payload(message_payload, sent.name, sent.data, limit);
  if (sent.data.size() <= limits::reason_bytes) return std::nullopt;
  return limit_error(std::string(reason_of) + " '" + sent.instance + "' has " +
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

std::optional<error_details> too_large_to_store(const message& sent, std::size_t bytes, std::size_t limit) {
  if (sent.kind == message_kind::cancel) return too_large_to_store(reason_of, sent.instance, bytes, limit);
  return too_large_to_store(message_payload, sent.name, bytes, limit);
}

}  // namespace duroxide::detail
