// Every size limit of the programming model, in one place.
// Source: the semantics of the reference system, with the changes that ARCHITECTURE.md lists.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace duroxide::limits {

// Instance ids, names given at run time, event and queue names: 1 to 256 bytes of UTF-8 without control
// characters.
inline constexpr std::size_t id_bytes = 256;

inline constexpr std::size_t custom_status_bytes = std::size_t{256} * 1024;

// Of the key-value store of one instance, at any time.
inline constexpr std::size_t kv_keys = 150;
inline constexpr std::size_t kv_value_bytes = std::size_t{64} * 1024;

// Inputs, outputs and events, unless runtime_options says otherwise.
inline constexpr std::size_t payload_bytes = std::size_t{2} * 1024 * 1024;

// By how much an activity may go before others that were scheduled earlier, because its instance began
// earlier than theirs. Ours: long enough for a burst of starts to be worked off instance by instance, short
// enough to be waited for.
inline constexpr std::chrono::milliseconds activity_precedence{1000};

// From here on continue_as_new_suggested() is true and a warning is logged once per execution.
inline constexpr std::uint64_t long_history_events = 10'000;
inline constexpr std::size_t long_history_bytes = std::size_t{8} * 1024 * 1024;

// The format of stored histories that this build reads and writes.
inline constexpr int history_format = 1;

}  // namespace duroxide::limits
