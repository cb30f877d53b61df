// The provider contract: what a store must do. Users pass providers to runtimes and clients; only authors of
// providers call or implement what is in here.
//
// A provider is a transactional store with owners. It never creates events and knows nothing of what an
// orchestration means. Failures are values: an operation that does not give what was asked for says what is
// certain about its effect.
//
// An instance id may be used again: after a deletion, and when an instance that has ended is replaced. Each
// time is another *life*, a number that the store gives and never uses again. Messages and activities belong
// to the life that they were accepted for, through continue-as-new, relocation and import, and never outlive
// it: nothing that was for one instance comes to a later one of that id.
#pragma once

#include "duroxide/activity_state.hpp"
#include "duroxide/administration.hpp"
#include "duroxide/history_event.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/kv.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/membership.hpp"
#include "duroxide/message.hpp"
#include "duroxide/result.hpp"
#include "duroxide/store_error.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// -- what is written ----------------------------------------------------------

// A new instance, with its first execution.
struct instance_start {
  std::string instance;
  std::string orchestration;
  std::string version;
  std::string input;
  std::optional<parent_link> parent;
  timestamp created_at{};
  std::vector<label> labels{};          // each name once
  std::optional<timestamp> start_at{};  // the start message is not visible before; none: created_at
  int history_format = 0;               // of its history; 0: provider::history_format()
  std::uint64_t root = 0;   // of its tree, by its life; 0, with a parent: the instance whose turn starts it
  std::uint32_t depth = 0;  // below the root
};

// Events `first_event_id` .. `first_event_id + count - 1` of an execution, as runtime/history_codec packs
// them: UTF-8 JSON, {"build": "...", "at": ms, "events": [{"kind": "...", ...}, ...]}. Opaque to the
// provider's writing side; its expand-on-read view relies on it.
struct history_row {
  std::uint64_t execution = 1;
  std::uint64_t first_event_id = 1;
  std::uint32_t count = 0;
  std::string packed;
};

struct stored_activity {
  activity_key key;
  std::string orchestration;  // and version: of the instance. Given when read, ignored when written
  std::string version;
  std::string name;
  std::string input;
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::uint32_t attempt = 1;   // of the orchestration's retry policy
  std::uint64_t retry_of = 0;  // event id of the first attempt; 0: this is the first
  std::uint32_t crash_count = 0;  // processes that died while they ran it
  std::string failures;        // which processes, a line each
  // Who waits for a worker goes by this time, the earliest first (see activity_claim).
  timestamp due{};
  // Written without an owner, so that whichever node can run it may claim it. Others are held by the
  // owner of their instance's shard from the beginning.
  bool claimable = false;
  // Only of what `load` gives: the input is left in the store, since those before it are as many bytes as one
  // load brings.
  bool input_left = false;
};

// A message that leaves an instance. It becomes an inbox row.
struct outgoing_message {
  message content;
  // Not 0: the sender delivers it in memory after the commit, because it owns the receiver's shard under this
  // tenure. Whoever owns the shard under another one finds the message in its inbox.
  std::uint64_t delivered_under = 0;
};

// An instance that a turn starts. If the id exists already, nothing is started; instead `if_exists`, when
// set, becomes an inbox row for the starter.
//
// Nor is a child in a closed tree, whose root has ended, is gone, or is to be cancelled by a client: its
// parent is about to be cancelled. The root is not locked: what is started just as it ends can start nothing.
struct outgoing_start {
  instance_start what;
  std::uint64_t delivered_under = 0;
  std::optional<outgoing_message> if_exists;
};

// How a turn changes its instance's row. Absent members leave the column as it is.
struct instance_update {
  runtime_status status = runtime_status::running;
  std::optional<std::string> version;  // set by continue-as-new
  std::optional<int> history_format;   // of the execution that begins, if it is another one
  std::optional<std::string> output;
  std::optional<error_details> error;
  // Engaged: the custom status changes to this value (none: reset), and its version grows by one.
  std::optional<std::optional<std::string>> custom_status;
};

// The execution that ends with this turn.
struct execution_end {
  std::uint64_t execution = 1;
  runtime_status status = runtime_status::completed;
  std::string output;  // completed: output; continued_as_new: the next input
  std::optional<error_details> error;
};

// The execution that begins with this turn, by continue-as-new. A start message for it is put into the inbox.
struct execution_begin {
  std::uint64_t execution = 1;
  std::string input;
  std::uint64_t delivered_under = 0;
};

// One turn of one instance: written completely or not at all (I1).
struct turn_commit {
  std::string instance;
  std::uint64_t life =
      0;  // that the turn was computed for; 0: whichever the id has, or the one that it creates
  std::uint32_t shard = 0;
  std::uint64_t execution = 1;  // current when the turn ran
  timestamp at{};

  std::optional<instance_start> creates;  // the turn is the first of an instance that is not stored yet
  instance_update update;
  std::vector<history_row> history;
  bool kv_cleared = false;    // all keys go, before `kv` is applied
  std::vector<kv_change> kv;  // each key once
  std::optional<execution_end> ends;
  std::optional<execution_begin> begins;
  std::vector<outgoing_message> messages;  // timers included: visible_at in the future
  std::vector<outgoing_start> starts;
  std::vector<stored_activity> activities;
  std::vector<std::uint64_t> finished_activities;   // event ids of `execution`; each row must exist
  std::vector<std::uint64_t> cancelled_activities;  // event ids of `execution`; rows may be gone
  std::vector<std::uint64_t> cancelled_timers;      // event ids of `execution`; rows may be gone
  std::vector<std::uint64_t> consumed;              // inbox ids; each row must exist (I4)
  // With `begins` only: queue messages that the execution had recorded and nobody took. They go back into the
  // inbox, in this order, before all others of their queues.
  std::vector<queued_message> given_back;
  bool ends_probation = false;  // the instance was on probation, and nobody died of it
};

// A message from a client.
struct client_post {
  message content;
  std::uint64_t delivered_under = 0;
};

// The outcome of an activity that this node claimed for an instance of another node's shard. Accepted only
// while this node is the owner of record; then `outcome` (activity_done) becomes an inbox row, and the
// activity is finished: nobody can claim it any more, and its row goes with the turn that takes the outcome.
struct claimed_outcome {
  activity_key key;
  message outcome;
};

// What a running activity of this node last said about its progress. Ignored if it is not this node's any
// more.
struct activity_progress {
  activity_key key;
  std::string details;
  timestamp at{};
};

struct commit_batch {
  std::vector<std::shared_ptr<const turn_commit>> turns;
  std::vector<instance_start> starts;  // by clients; nothing is done for an id that exists
  std::vector<client_post> posts;
  std::vector<std::uint64_t> discarded;  // inbox ids to delete; rows may be gone
  std::vector<claimed_outcome> outcomes;
  std::vector<activity_progress> progress;
  // Instances that this node is about to run although a process that may have run them died: if this one dies
  // as well, a crash of theirs is counted. And those of them whose probation has ended without a turn.
  std::vector<std::string> probations;
  std::vector<std::string> ended_probations;
};

// -- what a write answers -----------------------------------------------------

enum class turn_outcome : std::uint8_t {
  committed,
  already_exists,  // `creates` names an instance that exists; nothing of the turn was written
  stale,       // a row that must exist does not, or an event id is taken: what the turn was computed from is
               // no longer true; nothing of the turn was written
  unwritable,  // the store cannot take it, now or later (a row that is too large for it); nothing of it was
               // written
};

struct start_receipt {
  bool started = false;
  std::uint64_t message_id = 0;  // of the start message, or of `if_exists`
  std::uint64_t life = 0;        // of the instance that was started
};

struct turn_receipt {
  turn_outcome outcome = turn_outcome::committed;
  std::string why;                         // unwritable: what the store said
  std::vector<std::uint64_t> message_ids;  // of turn_commit::messages, in order
  std::vector<start_receipt> starts;       // of turn_commit::starts, in order
  std::uint64_t begin_message_id = 0;      // of the start message that `begins` made
  std::uint64_t life = 0;                  // of the instance
};

enum class post_outcome : std::uint8_t {
  accepted,
  not_found,
  terminal,
  unwritable,  // the store cannot take it, now or later
};

struct post_receipt {
  post_outcome outcome = post_outcome::accepted;
  std::uint64_t message_id = 0;
  std::string why{};  // unwritable: what the store said
};

struct batch_receipt {
  std::vector<turn_receipt> turns;
  std::vector<bool> started;  // of commit_batch::starts, in order
  std::vector<post_receipt> posts;
  std::vector<std::uint64_t> outcomes;  // message ids; 0: not accepted, the activity was not ours any more
  // Of commit_batch::starts, in order: why the store cannot take it, now or later; empty: it can. May be
  // shorter than the starts, if the rest can be taken.
  std::vector<std::string> refused_starts;
};

// -- what is read -------------------------------------------------------------

// The processes that died while they ran an instance on probation.
struct probation_record {
  std::uint32_t crash_count = 0;
  std::string failures;  // a line each
};

// All that is needed to run an instance's next turn.
struct loaded_instance {
  std::string instance;
  std::uint64_t life = 0;
  std::uint32_t shard = 0;
  instance_status status;
  std::string input;  // of the current execution
  std::optional<parent_link> parent;
  std::uint64_t root = 0;  // with a parent: as it was started, if that is known
  std::uint32_t depth = 0;
  int history_format = 1;
  std::vector<history_row> history;  // of the current execution, in order
  // Visible or not, in order of arrival: one, or at most limits::batch_bytes of payloads. Messages of
  // queues are not among them (fetch_queue brings these), unless the history has format 1.
  std::vector<message> inbox;
  bool more_in_inbox = false;  // behind those: fetch_inbox brings them
  // Scheduled and not finished, claimable ones included, in the order of their event ids. Once their inputs are
  // limits::batch_bytes, the inputs of the rest are left, but not those of names that begin with
  // "duroxide::".
  std::vector<stored_activity> activities;
  std::vector<std::string> children;  // instance ids of sub-orchestrations that have not ended
  probation_record probation;
};

// The front of a queue, or a part of an inbox.
struct queue_page {
  std::vector<message> messages;  // in the order in which they are to be taken
  bool more = false;              // there are more behind them
};

// An instance on another shard than the one that its id would give.
struct relocated_instance {
  std::string instance;
  std::uint32_t shard = 0;
};

// Messages, and where those after them begin.
struct undelivered_page {
  std::vector<message> messages;
  std::vector<relocated_instance> relocated;  // of the receivers
  std::string position;                   // of the store's own making
  bool more = false;                      // there may be more: ask again at once, with the position
};

// -- activities for any node --------------------------------------------------

// What a node asks for when it claims claimable activities: those that it has a handler for, whose tag it
// accepts, and, of those on a session, those whose session is its own or can become its own.
//
// Activities go by the time at which they are due, then by the life of their instance, within one the oldest
// first. The engine makes an activity due when its instance began, but not earlier than
// `limits::activity_precedence` before it was scheduled. So of many instances that were started together the
// first get done while the last still wait, and yet nothing waits for ever behind instances that began
// earlier and go on and on. Of one instance at most `share` are claimed while others wait, however many it
// has. Workers take queued activities by the same rule.
//
// A session belongs to the node that claimed it last, as long as that node lives and the session is not idle:
// it is idle when none of its activities is held by its owner and it was last used (claimed, or one of its
// activities finished) longer than `session_idle_timeout` ago. A session that was claimed with a
// `session_owner` is, after the death of that node, for nodes with the same session_owner only, until
// `session_lock_timeout` after its last use.
struct activity_claim {
  std::vector<std::string> names;
  bool untagged = true;           // accepts activities without a tag
  bool any_tag = false;           // accepts every tag
  std::vector<std::string> tags;  // accepts these tags
  std::size_t limit = 0;
  // So many of one instance at most, while others wait; 0: no limit but the one above.
  std::size_t share = 0;
  // Sessions with activities that this node holds count against max_sessions: others are claimed only
  // while there is room.
  std::size_t max_sessions = 0;
  std::string session_owner;  // a name that outlives the process; empty: none
  duration session_idle_timeout{};
  duration session_lock_timeout{};
  timestamp now{};
};

// -- clients that wait --------------------------------------------------------

// What a client waits for besides the end of an instance.
struct awaited_instance {
  std::string instance;
  std::uint64_t life = 0;  // which of the instances that had this id; 0: the one that is there
  std::optional<std::uint64_t> after_custom_status;  // a custom status with a greater version
  std::optional<std::string> kv_key;                 // this key
};

// -- the interfaces -----------------------------------------------------------

// The one writer of a journal lane. Used by one thread.
class store_writer {
public:
  virtual ~store_writer() = default;

  // Writes the batch in one transaction, together with the fence: no turn of a writer whose epoch is over is
  // ever written (I3). A turn that cannot be written for its own reasons (turn_outcome) does not disturb the
  // others, nor does a start, a message or a progress that the store cannot take; a batch that has one may be
  // written in several transactions, a turn never (I1).
  virtual stored<batch_receipt> commit(const commit_batch& batch) = 0;
};

enum class watch_scope : std::uint8_t {
  others,  // what this process's own writers write is passed over
  everything,
};

// Tells that somebody may have changed the store.
class change_watch {
public:
  virtual ~change_watch() = default;
  // Blocks until something may have changed since the last call, until `interrupt`, or for `at_most` (forever
  // if not given). False if only the time is over. Costs nothing while nothing changes.
  virtual bool wait(std::optional<duration> at_most) = 0;
  // Ends a wait, now or the next one. From any thread.
  virtual void interrupt() = 0;
  // Instead of being waited on: calls `changed`, which must not block or use the store, for each change, from
  // whichever thread made it, as long as the watch lives. False if this watch can only be waited on.
  virtual bool call(std::function<void()>) { return false; }
};

// All members may be called from any thread, and block for the time of a store access.
class provider {
public:
  provider() = default;
  provider(const provider&) = delete;
  provider& operator=(const provider&) = delete;
  virtual ~provider() = default;

  // For people, without secrets: "sqlite:orders.db".
  virtual std::string description() const = 0;

  // In which format histories are to begin: the newest that every living node can read.
  virtual int history_format() const { return limits::history_format; }

  // Makes the caller a member, and, if it runs orchestrations, the owner of its share of the shards that
  // nobody living owns. The share is as many for each member that runs orchestrations, or all for one of them
  // if the store can have only one owner. What dead members held is set free: their messages
  // count as undelivered again, their activities count one more crash; those of the caller's shards are then
  // held by the caller, unless they were claimable.
  virtual stored<node_membership> join(const node_offer& offer) = 0;
  // Looks after the other members: gives a sign of life, expires the dead ones as `join` does, and takes free
  // shards up to the node's share. Gives the shards that this call brought. Fails as fenced if the node is
  // not a member any more, or if the store has lost commits that the node knows of (a server that came back
  // without them): then so does all else that it asks for.
  virtual stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load = {}) = 0;
  // When `heartbeat` is due: at the latest after so long, or when the watch tells of something and this then says
  // zero. None: the node is alone and owns all, so there is nobody to look after. Costs no access to the
  // store while nothing changes.
  virtual std::optional<duration> next_heartbeat_in(std::uint64_t node) = 0;
  // Gives up shards, of which nothing is in memory or on its way to the store any more. Activities of theirs
  // that are held by the node stay there, as claimable ones; a shard that came from a dead member is known to
  // still. May be done twice; ignores shards that are not the node's.
  virtual stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) = 0;
  // Gives up what `join` gave. The node's writers are fenced from then on.
  virtual stored<void> leave(std::uint64_t node) = 0;
  // How many journal lanes a node should write by: more than one pays where commits can wait side by side.
  virtual std::uint32_t preferred_lanes() const { return 1; }
  // REQUIRES: a joined node.
  virtual stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) = 0;

  // Moves an instance that `node` cannot run, with its messages and activities, to a shard of a living node
  // that offers what it needs, and gives that shard; none if there is no such node, or the instance's shard
  // is not `node`'s. What of its activities is held by the node stays there, as claimable.
  virtual stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                      const instance_needs& needs) = 0;
  // Whether `relocate` would find a node; the caller is not counted.
  virtual stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) = 0;

  // Something for the owner of a shard may lie in its inbox without its knowing. A hint; does not wait.
  virtual void notify_owner(std::uint32_t) {}

  // Messages in the inboxes of `node`'s shards that are due before `until` and were not delivered under the
  // present tenure of their shard, at most `limit`, and not much more than limits::batch_bytes of payloads,
  // each once: those that the page which gave `position` did not bring, nor any before it. An empty position
  // begins anew. Messages of one sender come in the order in which they were sent. Asking twice with one
  // position gives what one page gave, and perhaps more. Later pages ask for the same `until` or a later one.
  // `gained`: shards that have come to the node since the page before, of which therefore everything is
  // brought; named with the first page that follows, not again.
  virtual stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                       std::size_t limit, const std::vector<std::uint32_t>& gained) = 0;
  // Messages that become due in [`from`, `until`), by whomever they were sent, in order of their time.
  virtual stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                                 std::size_t limit) = 0;
  // Unfinished activities of `shards` that are held by the node, and claimable ones that nobody has claimed,
  // after `after` (none: from the beginning), in the order of life, execution and event: at most `limit`, and
  // not much more than limits::batch_bytes of inputs; none if there are no more. Ignores shards that are not
  // the node's.
  virtual stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                                const std::vector<std::uint32_t>& shards,
                                                                const std::optional<activity_key>& after,
                                                                std::size_t limit) = 0;
  // Makes `node` the owner of claimable activities that fit, at most `wanted.limit`, and not much more than
  // limits::batch_bytes of inputs, and gives them in the order in which they are to be run.
  virtual stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                                const activity_claim& wanted) = 0;
  // Gives activities back, for whoever can run them: they are claimable from now on, without an owner, and count
  // no crash. Ignores those that are not held by the node.
  virtual stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) = 0;
  // Those of `keys` that are not held by the node any more: cancelled, or taken away.
  virtual stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                            const std::vector<activity_key>& keys) = 0;
  // Whether a living member has a handler for the activity.
  virtual stored<bool> is_offered(const std::string& activity) = 0;
  // The unfinished activities of an instance, in key order; none if there is no such instance.
  virtual stored<std::vector<activity_state>> activities(const std::string& instance) = 0;

  virtual stored<std::optional<loaded_instance>> load(const std::string& instance) = 0;
  // What `load` would bring of the inbox of this life of the instance behind the message `after`, in order of
  // arrival: one, or at most limits::batch_bytes of payloads.
  virtual stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                         std::uint64_t after) = 0;
  // The first messages of a queue of this life of the instance, at most `limit`: one, or at most
  // limits::batch_bytes of payloads. Costs as much as it brings, however long the queue is.
  virtual stored<queue_page> fetch_queue(const std::string& instance, std::uint64_t life,
                                         const std::string& queue, std::size_t limit) = 0;
  virtual stored<instance_status> status(const std::string& instance) = 0;
  // Those of `waits` (by their positions) whose instance has ended, has what is waited for, or is not there
  // any more, by one look at the store, however many they are.
  virtual stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) = 0;
  // The life of each of these instances, 0 for one that is not there, by one look.
  virtual stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) = 0;
  // Another number whenever instances that ran have been deleted since it was asked last, as far as this
  // process can know; a watch on `others` wakes for it.
  virtual stored<std::uint64_t> deletions() = 0;
  // The instance's store, in key order, or (`key` given) that entry of it; empty if there is none.
  virtual stored<std::vector<kv_entry>> kv(const std::string& instance,
                                           const std::optional<std::string>& key) = 0;
  // Packed events of one execution (0: the current one), in order.
  virtual stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) = 0;

  // For clients without a runtime, durable on return. True if started, false if the instance exists. With
  // replace_terminal, an instance that has ended, and whose sub-orchestrations have all ended, is deleted
  // first, with them, in the same transaction; its executions are counted on.
  virtual stored<bool> start(const instance_start& what, bool replace_terminal = false) = 0;
  virtual stored<post_outcome> post(const message& content) = 0;
  // Sends a cancel message to some running members of the tree of a root (a life) that does not run any more,
  // parents first; gives where to go on, empty at the end. Without it they are cancelled level by level.
  virtual stored<std::string> cancel_tree(std::uint64_t, const std::string&, const std::string&, timestamp) {
    return std::string();
  }

  virtual stored<std::unique_ptr<change_watch>> watch(watch_scope scope) = 0;

  // As long as the provider lives.
  virtual store_administration& administration() = 0;
};

// The shard of a new instance: a stable hash of its id (FNV-1a, 64 bits). It is stored with the instance.
std::uint32_t shard_of(const std::string& instance, std::uint32_t shard_count);

}  // namespace duroxide
