// How a runtime behaves.
#pragma once

#include "duroxide/limits.hpp"
#include "duroxide/tag_filter.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace duroxide {

// What becomes of an instance whose code does not match its history (errors.hpp: nondeterminism). Durable actors always
// stall.
enum class mismatch_policy : std::uint8_t {
  stall,  // it keeps its state and its messages, is tried again now and then, and goes on with code that matches
  fail,  // it fails at once and for good. Source: Duroxide (see limits.hpp)
};

// Plain values; change what you need. runtime's constructor throws configuration_error (invalid_argument) for
// values that cannot work, naming the option.
struct runtime_options {
  // Turns that run at the same time: the threads of the actor system that the runtime makes for itself (none
  // given: one per core, at least two). 0: this runtime runs no orchestrations; it runs activities for others
  // that share its store, and serves clients.
  std::optional<std::size_t> orchestration_concurrency;
  // Threads that run activities, one at a time each. Raise it for activities that wait for I/O. 0: this
  // runtime runs no activities; others that share its store do.
  std::size_t worker_concurrency = 2;
  // Which activities its workers accept, by tag.
  tag_filter worker_tag_filter = tag_filter::default_only();

  // A name for this worker that survives restarts, for sessions: the activities on a session run in the process
  // that holds it. With a name, a restarted process gets its sessions back first (no other may take them within
  // session_lock_timeout), and several of its workers may run activities of one session at the same time; without
  // a name they run one after another. Source: Duroxide (see limits.hpp).
  std::string worker_node_id;
  // Distinct sessions of the activities that this process holds at the same time.
  std::size_t max_sessions_per_runtime = 10;
  // A session that was not used for this long may be taken by another process.
  duration session_idle_timeout = std::chrono::seconds(300);
  // How long after its last use a dead process's session stays reserved for its worker_node_id.
  duration session_lock_timeout = std::chrono::seconds(30);

  // Inputs, outputs and events are at most this long; what is longer fails the operation as limit_exceeded.
  std::size_t payload_limit = limits::payload_bytes;
  // What an orchestration gives to the store in response to one thing that arrives is at most so many bytes:
  // the events, and the inputs, outputs and messages that it asks for, each as often as it is stored. An
  // orchestration that asks for more at a time fails as limit_exceeded, and nothing is done of what that turn
  // asked for.
  std::size_t turn_limit = limits::turn_bytes;

  // A sub-orchestration may be so many levels below the root of its tree, the instance without a parent; one
  // that would be deeper is not started, and fails as limit_exceeded: most likely a recursion does not end.
  std::size_t max_depth = 10'000;

  // A turn that takes longer is named in the log, with the last line of its code that asked for something,
  // and counted: code that blocks keeps its thread, and all other instances, waiting.
  duration long_turn = std::chrono::seconds(1);

  // After each turn the whole history is replayed in a second execution and must ask for exactly the same
  // things (invariant I7). Finds nondeterministic code in its first run, so set it in your tests; costs time
  // proportional to the history. It is on in duroxide::testing.
  bool verify_replay = false;

  // An instance that got no message for this long is dropped from memory; its next message rebuilds it.
  duration passivate_after = std::chrono::seconds(30);
  // The least recently used instances above this number are dropped likewise.
  std::size_t resident_limit = 100'000;
  // Asynchronous activities (coroutines, actors and those of register_async_activity) that run at the same
  // time in this runtime, which hold no worker. Those beyond it wait as activities wait for a worker: in the order
  // of their instances, one instance getting at most an eighth of the places while others wait, within the two
  // limits below, and beyond these in the store. One that was cancelled counts until it has ended, but no
  // longer than activity_cancellation_grace_period. At least 1.
  std::size_t async_activity_limit = 10'000;
  // Activities that wait in memory for a worker of this runtime, or for async_activity_limit. Beyond that, the runtime
  // fetches only as many as it can handle; the rest wait in the store, for any runtime that has time for them.
  std::size_t activity_queue_limit = 100'000;
  // What of such activities is in memory has at most so many bytes of inputs, and at least one activity.
  std::size_t activity_queue_bytes = 2 * limits::batch_bytes;
  // Starts and messages by clients of this process that are on their way to the store. More of them wait for
  // their turn, in the order in which they came; beyond a hundred times as many they fail, with limit_error.
  std::size_t client_request_limit = 10'000;
  // Timers that are due within this time are held in memory; later ones stay in the store.
  duration timer_horizon = std::chrono::minutes(10);

  // Commits that may be under way side by side, each on a connection of its own; the second is used when many
  // turns wait. None given: as many as suit the store, 1 for SQLite and 2 for PostgreSQL.
  std::optional<std::size_t> journal_lanes;
  // Turns that a journal writes in one transaction, at most.
  std::size_t commit_batch_limit = 512;

  // How long shutdown waits for running activities, and then for turns that are under way and their commits,
  // unless it is given a limit of its own (runtime::shutdown).
  duration shutdown_timeout = std::chrono::seconds(10);
  // How long a running activity that was asked to stop may still take before its thread is abandoned.
  duration activity_cancellation_grace_period = std::chrono::seconds(10);

  // Waits after the n-th failed attempt to run an instance whose handler is not registered:
  // min(base * 2^min(n-1, 6), limit). Source: Duroxide (see limits.hpp).
  duration unregistered_backoff_base = std::chrono::seconds(1);
  duration unregistered_backoff_limit = std::chrono::seconds(60);
  // What becomes of an instance whose code does not match its history.
  mismatch_policy on_mismatch = mismatch_policy::stall;
  // Failed attempts to load and run one instance, or to find a handler for one activity, before it fails as
  // poison; none given: it is tried for as long as it takes, as durable actors always are.
  std::optional<std::uint32_t> max_failed_attempts;
  // Processes that died while they ran one activity, or one instance, before it fails as poison.
  std::uint32_t max_crashes = 10;

  // Of one activity, at most one heartbeat in this time is written.
  duration heartbeat_interval = std::chrono::seconds(1);

  // Instances that ended longer ago than this are deleted, each with its sub-orchestrations once all of them
  // have ended; none given: they are kept. Of the nodes of a cluster, the one that owns shard 0 goes by its
  // own options.
  std::optional<duration> delete_instances_after;
  // Executions that ended longer ago than this are deleted, never an instance's current one; none given: they
  // are kept.
  std::optional<duration> delete_executions_after;
  // How often they are looked for.
  duration retention_interval = std::chrono::minutes(1);

  // Answers of durable actors to commands that have an id are kept for so long. A command that is sent again later is
  // refused (command_too_old).
  duration answer_retention = std::chrono::hours(24);

  // Written with every turn, and named when a history does not match the code.
  std::string build_id = "duroxide 0.1.0";
};

}  // namespace duroxide
