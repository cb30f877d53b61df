// Every size limit of the programming model, in one place. The limits are those of Duroxide, the durable execution
// runtime for Rust that this library follows (https://github.com/microsoft/duroxide), unless a comment says otherwise.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace duroxide::limits {

// Instance ids, names given at run time, event and queue names: 1 to 256 bytes of UTF-8 without control
// characters.
inline constexpr std::size_t id_bytes = 256;

inline constexpr std::size_t custom_status_bytes = std::size_t{256} * 1024;

// The key-value store of one instance, at any time.
inline constexpr std::size_t kv_keys = 150;
inline constexpr std::size_t kv_value_bytes = std::size_t{64} * 1024;

// The message, the source and the stack of an error, each; a longer text is cut, with a mark that says so.
inline constexpr std::size_t error_text_bytes = std::size_t{64} * 1024;
// The type of an error, likewise.
inline constexpr std::size_t error_type_bytes = 256;
// The reason of a cancellation.
inline constexpr std::size_t reason_bytes = std::size_t{64} * 1024;
// The details of a heartbeat.
inline constexpr std::size_t heartbeat_bytes = std::size_t{64} * 1024;

// The labels of one instance. Their names are as long as ids.
inline constexpr std::size_t labels = 64;
inline constexpr std::size_t label_value_bytes = 1024;

// Inputs, outputs and events, unless runtime_options says otherwise.
inline constexpr std::size_t payload_bytes = std::size_t{2} * 1024 * 1024;
// How deep arrays and objects may be nested in a payload, or in the value of a key. Enforced where a payload is
// written and where it is read. Ours: deeper than legitimate data, and no danger to the stack.
inline constexpr std::size_t payload_depth = 256;

// An activity may run before others that were scheduled earlier by up to this much, if its instance began earlier
// than theirs. Ours: long enough for a burst of starts to be worked off instance by instance, short enough for
// the others to wait.
inline constexpr std::chrono::milliseconds activity_precedence{1000};

// What one turn gives to the store: its events, and everything that it asks for. Unless runtime_options says
// otherwise.
inline constexpr std::size_t turn_bytes = std::size_t{256} * 1024 * 1024;
// The largest value that runtime_options may have: PostgreSQL takes a batch of less than 1 GiB.
inline constexpr std::size_t most_turn_bytes = std::size_t{512} * 1024 * 1024;

// How much is written in one transaction, taken by one instance in one turn, and read as one page of messages;
// more only where a single turn, or a single message, is larger.
inline constexpr std::size_t batch_bytes = std::size_t{32} * 1024 * 1024;

// From here on continue_as_new_suggested() is true and a warning is logged once per execution.
inline constexpr std::uint64_t long_history_events = 10'000;
inline constexpr std::size_t long_history_bytes = std::size_t{8} * 1024 * 1024;

// How many messages of one queue an instance reads at a time, and keeps in memory. Ours: few enough for many
// instances with a long backlog each, enough for reading them to cost little for each message.
inline constexpr std::size_t queue_page = 1000;

// The format of histories that this build writes. In format 1, whose instances it runs on until they continue
// as new, a queue message is recorded when it arrives, and carried to the next execution if nobody has taken
// it; in format 2 it is recorded when a wait takes it, and stays in the inbox until then. A history of format 3
// may have commands to durable actors in it, one of format 4 labels. An instance whose history has format 5 may be
// paused: a build that does not know of pauses must not run it. Formats from 2 on differ in nothing else, so that a
// history of format 2 or 3 gets the newest with its first label, and one of format 2 to 4 with its first pause. One
// that is rewound has format 6: another build would replay the events that do not count any more.
inline constexpr int history_format = 6;
inline constexpr int oldest_history_format = 1;
constexpr bool records_queues_on_arrival(int format) { return format < 2; }
constexpr bool may_have_commands(int format) { return format >= 3; }
constexpr bool may_have_labels(int format) { return format >= 4; }
constexpr bool may_be_paused(int format) { return format >= 5; }
constexpr bool may_be_rewound(int format) { return format >= 6; }

}  // namespace duroxide::limits
