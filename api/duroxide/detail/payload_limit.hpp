// What is said of a payload that is too long, or nested too deep.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

// Set if `payload` has more than `limit` bytes, or is nested deeper than limits::payload_depth: an
// application error that no retry mends. `what` and `name` tell whose payload it is, as in "the input of
// activity", "charge".
std::optional<error_details> refused_payload(std::string_view what, std::string_view name,
                                             std::string_view payload, std::size_t limit);

// The same for what a client sends, of which the reason of a cancellation has a limit of its own.
std::optional<error_details> refused_message(const message& sent, std::size_t limit);

// The same for what has `bytes` bytes when it is stored, of which one turn may have `limit`.
std::optional<error_details> too_large_to_store(std::string_view what, std::string_view name,
                                                std::size_t bytes, std::size_t limit);
std::optional<error_details> too_large_to_store(const message& sent, std::size_t bytes, std::size_t limit);

}  // namespace duroxide::detail
