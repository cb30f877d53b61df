// How much of a batch each thing is that is written.
#pragma once

#include "duroxide/history_event.hpp"
#include "duroxide/provider.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace duroxide::internal {

// The bytes that a store is given, on whichever store that is the most, so that what fits, fits everywhere:
// payloads, names and ids, and what a row has besides.
std::size_t stored_bytes(const turn_commit& turn);
std::size_t stored_bytes(const instance_start& start);
std::size_t stored_bytes(const message& content);
std::size_t stored_bytes(const queued_message& given_back);
std::size_t stored_bytes(const activity_progress& report);

// What an event adds to the turn that brings it: in its history, and in the rows that are made because of it.
// Over all events of a turn that is no less than what its turn_commit has, but for the answer to a parent.
std::size_t stored_bytes(const history_event& event);

// As one payload: PostgreSQL keeps what is no text as hexadecimal digits.
std::size_t as_payload(std::string_view bytes) noexcept;
// As a string of a packed history, with its quotes.
std::size_t as_packed(std::string_view bytes) noexcept;
// As a column of its own: escaped once as JSON, and that as a payload.
std::size_t as_stored_error(const std::optional<error_details>& error);

}  // namespace duroxide::internal
