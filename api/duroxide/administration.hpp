// What an operator sees and mends: values, and what a provider does with them. Operators call it through admin.hpp.
#pragma once

#include "duroxide/explanation.hpp"
#include "duroxide/filter.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/message.hpp"
#include "duroxide/problem.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/stored_rows.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// -- instances ----------------------------------------------------------------

// An instance as a list shows it: without its payloads.
struct instance_summary {
  std::string instance;
  std::string orchestration;
  std::string version;
  runtime_status status = runtime_status::not_found;
  std::uint64_t execution = 0;
  std::optional<std::string> parent;  // instance id
  timestamp created_at{};
  timestamp updated_at{};
  std::vector<label> labels;
  // Which columns of the row cannot be read, and why; they are left out above. Empty: all can be.
  std::string unreadable{};
};

// All that is given must hold. Times: from <= t < before.
struct instance_filter {
  std::vector<runtime_status> statuses{};  // any of these; empty: every status
  std::optional<std::string> orchestration{};
  std::optional<std::string> id_prefix{};
  std::optional<std::vector<std::string>> ids{};  // any of these; an empty list lets nothing through
  std::optional<std::string> parent{};
  bool roots_only = false;  // not started as a sub-orchestration
  std::optional<label> has_label{};
  std::optional<timestamp> created_from{};
  std::optional<timestamp> created_before{};
  std::optional<timestamp> updated_from{};
  std::optional<timestamp> updated_before{};
};

enum class instance_order : std::uint8_t {
  created,  // the order in which they were stored
  id,       // by bytes
  updated,  // sorts all that the filter lets through: slow on a large store
};

struct instance_query {
  instance_filter filter{};
  instance_order order = instance_order::created;
  bool descending = true;   // the newest first
  std::size_t limit = 100;  // 1 to 10 000
  std::string cursor{};     // of the page before; empty: from the beginning
};

struct instance_page {
  std::vector<instance_summary> instances;
  std::string cursor;  // where the next page begins; empty: this is the last one
};

// Which part of what a filter lets through.
struct page_request {
  std::size_t limit = 100;  // 1 to 10 000
  std::string cursor{};     // of the page before; empty: from the beginning
};

// How many instances have this value of what was counted by; none: those that have no such label, problem or parent.
struct group_count {
  std::optional<std::string> value;
  std::uint64_t instances = 0;
  bool operator==(const group_count&) const = default;
};

// Of one count; of more values the smallest are left out.
inline constexpr std::size_t most_groups = 10'000;

struct instance_info {
  instance_summary summary;
  std::optional<parent_link> parent;
  std::string input;                  // of the current execution: JSON text
  std::optional<std::string> output;  // completed
  std::optional<error_details> error;
  std::optional<std::string> custom_status;
  int history_format = 1;
};

struct instance_in_tree {
  instance_summary summary;
  std::uint32_t depth = 0;  // 0: the root
};

struct execution_info {
  std::uint64_t execution = 0;
  runtime_status status = runtime_status::running;
  timestamp started_at{};
  std::optional<timestamp> ended_at;
  std::uint64_t event_count = 0;
  std::string input;
  std::optional<std::string> output;  // continued_as_new: the next input
  std::optional<error_details> error;
  std::string unreadable{};  // as in instance_summary
};

// -- figures ------------------------------------------------------------------

struct system_metrics {
  std::uint64_t instances = 0;
  std::uint64_t pending = 0;
  std::uint64_t running = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t unreadable = 0;  // of the instances: they have a status that nobody knows
  std::uint64_t executions = 0;
  std::uint64_t events = 0;
};

struct queue_depths {
  std::uint64_t messages = 0;            // in inboxes, due
  std::uint64_t later_messages = 0;      // delayed starts and the like
  std::uint64_t timers = 0;              // due or not
  std::uint64_t activities_waiting = 0;  // no node holds them
  std::uint64_t activities_taken = 0;    // queued at, or running on, a node
};

// How large one instance is. Bytes are those of the text as it was before the store compressed it.
struct instance_statistics {
  std::uint64_t history_events = 0;   // of the current execution
  std::uint64_t history_bytes = 0;    // of the current execution's history, packed
  std::uint64_t queued_messages = 0;  // sent to its event queues, and not dequeued yet
  std::uint64_t inbox_messages = 0;   // all other messages that no turn has taken yet, without timers
  std::uint64_t kv_keys = 0;
  std::uint64_t kv_bytes = 0;  // of the values, which are JSON text; without the keys
};

// -- deleting -----------------------------------------------------------------

struct deletion {
  std::uint64_t instances = 0;
  std::uint64_t executions = 0;
  std::uint64_t events = 0;
  std::uint64_t messages = 0;
  std::uint64_t activities = 0;

  deletion& operator+=(const deletion& more);
};

// Why nothing was deleted.
enum class deletion_refusal : std::uint8_t { none, not_found, has_parent, still_running };

struct deletion_outcome {
  deletion_refusal refusal = deletion_refusal::none;
  std::string instance;  // that is why
  deletion deleted;
};

// Of an instance's executions, never the current one. Both must hold if both are given.
struct prune_options {
  std::uint64_t keep_last = 1;  // this many stay, the current one included; 0 counts as 1
  std::optional<timestamp> ended_before{};
};

// -- rewinding ----------------------------------------------------------------

// One of the instances that are sent back in their histories together.
struct planned_rewind {
  std::string instance;
  life_number life = 0;
  bool has_ended = false;  // when this was planned; it runs again then
  history_row
      event;  // that goes behind all events of its current execution; without a count: it only must still run
  std::optional<std::string> input{};  // that this execution has from now on
  std::vector<message> messages{};     // to it, in this order; without ids and errors
};

// -- nodes --------------------------------------------------------------------

struct node_info {
  std::uint64_t node = 0;
  std::string name;
  std::string state;  // alive, left, dead
  timestamp started_at{};
  timestamp last_seen_at{};
  std::vector<std::string> orchestrations;  // "Name@1.2.3", one for each version
  std::vector<std::string> activities;
  std::vector<std::uint32_t> shards;
  // As of `last_seen_at`.
  std::uint64_t resident_instances = 0;
  std::uint64_t queued_activities = 0;
  std::uint64_t running_activities = 0;
  std::string unreadable{};  // as in instance_summary
};

// -- export, import and verification ----------------------------------------------

// What an export file holds.
struct transfer {
  std::uint64_t instances = 0;
  std::uint64_t executions = 0;
  std::uint64_t history_rows = 0;
  std::uint64_t kv_values = 0;
  std::uint64_t messages = 0;
  std::uint64_t activities = 0;
  std::uint64_t actors = 0;  // the states of durable actors
  std::uint64_t answers = 0;
  std::uint64_t problems = 0;  // pauses are among them
};

// Something that cannot be, in a store that only this library has written to.
struct inconsistency {
  std::string instance;
  std::string what;
};

struct verification {
  std::uint64_t instances = 0;  // that were walked through
  std::uint64_t executions = 0;
  std::uint64_t events = 0;
  std::uint64_t inconsistencies = 0;  // all that were found
  std::vector<inconsistency> first;   // of them, 1000 at most
};

// The events of a packed row of history, the first of which has this id. Throws std::exception for what
// cannot be read.
using history_reader = std::function<std::vector<history_event>(std::uint64_t, const std::string&)>;

// -- what a provider does -----------------------------------------------------

// Any thread may call; all block for the time of a store access. Ids and limits are legal.
class store_administration {
public:
  store_administration() = default;
  store_administration(const store_administration&) = delete;
  store_administration& operator=(const store_administration&) = delete;
  virtual ~store_administration() = default;

  // Fails as broken, with invalid_argument, for a cursor that is not of such a query.
  virtual stored<instance_page> list(const instance_query& what) = 0;
  // Fails likewise, and for a filter ordered by `updated` that would sort the whole store.
  virtual stored<instance_page> find(const filter& what, const page_request& page) = 0;
  // The largest first; without `group`, one count of all.
  virtual stored<std::vector<group_count>> count(const filter& what,
                                                 const std::optional<filter_term>& group) = 0;
  virtual stored<std::optional<instance_info>> info(const std::string& instance) = 0;
  // Fails as broken, with invalid_argument, for a cursor that is not of such a query.
  virtual stored<problem_page> problems(const problem_query& what) = 0;
  // None if there is no such instance. As of one moment. Of its events only those of the current execution are read.
  virtual stored<std::optional<explanation>> explain(const std::string& instance, timestamp now,
                                                     const history_reader& read) = 0;
  // The instance and all its descendants, each after its parent; empty if there is no such instance.
  virtual stored<std::vector<instance_in_tree>> tree(const std::string& instance) = 0;
  // In order; empty if there is no such instance. With `execution`, that one only.
  virtual stored<std::vector<execution_info>> executions(const std::string& instance,
                                                         std::uint64_t execution) = 0;
  virtual stored<system_metrics> metrics() = 0;
  virtual stored<queue_depths> depths(timestamp now) = 0;
  // None if there is no such instance. As of one moment; no event is decoded, and no payload leaves the store.
  virtual stored<std::optional<instance_statistics>> statistics(const std::string& instance) = 0;
  // Deletes a root instance with all its descendants, or nothing. Unless `force`, all of them must have
  // ended.
  virtual stored<deletion_outcome> remove(const std::string& instance, bool force) = 0;
  // Deletes executions; nothing if there is no such instance.
  virtual stored<std::optional<deletion>> prune(const std::string& instance,
                                                const prune_options& options) = 0;
  // Adds an event to each, so that no turn which was computed before can be written any more (I6), and its messages;
  // those that have ended run again, without output and error. All of it, or, if one of them is not as it was when this
  // was planned, or has more events, nothing: then false. REQUIRES: in the order of their ids.
  virtual stored<bool> rewind(const std::vector<planned_rewind>& what, timestamp now) = 0;
  // Members, the newest first: those that live, and up to `ended` that do not.
  virtual stored<std::vector<node_info>> nodes(std::size_t ended) = 0;

  // Writes an instance with all its descendants, or (none given) every instance, as they are at one moment.
  // The format: persistence/transfer_format.hpp.
  virtual stored<transfer> write_to(std::ostream& to, const std::optional<std::string>& root) = 0;
  // Looks at all that `from` holds, takes it, and compares what was written with it before it is committed;
  // all or nothing. Fails as broken, with invalid_argument, the number of the line and the member, for what
  // no export writes, or is there already. Without `read`, nobody looks into the events. REQUIRES: no
  // instance is run by anybody meanwhile; `from` can be read again from its beginning.
  virtual stored<transfer> read_from(std::istream& from, const history_reader& read) = 0;
  // How the instances of `from` differ from those in the store: at most `limit` differences.
  virtual stored<std::vector<inconsistency>> compare_with(std::istream& from, std::size_t limit) = 0;
  // Walks through everything, as it is at one moment, one execution of one instance in memory at a time.
  virtual stored<verification> verify(const history_reader& read) = 0;
};

}  // namespace duroxide
