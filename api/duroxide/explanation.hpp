// What an instance waits for, and why it does not go on.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/life.hpp"
#include "duroxide/problem.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

enum class instance_state : std::uint8_t {
  not_started,  // no turn has been made yet
  active,       // turns are made as soon as something arrives
  stalled,      // it has a problem: it is tried again and again
  paused,       // somebody has paused it: it makes no turns until it is resumed
  ended,        // completed, failed or cancelled
};

enum class wait_kind : std::uint8_t {
  activity,
  timer,
  event,   // an external event
  queue,   // a message of a queue
  child,   // a sub-orchestration
  answer,  // of a durable actor to a command
};

enum class wait_block : std::uint8_t {
  worker_running,  // a node runs the activity: it has sent a heartbeat
  worker_has_it,   // a node has the activity; whether it is queued or running there is not in the store
  unclaimed,  // nodes have a handler, and none has claimed the activity: they are busy, or refuse its tag
  no_node_offers,     // no living node has a handler for the activity
  session_elsewhere,  // the session of the activity belongs to one node, which has not claimed the activity yet
  retry_pause,        // the activity has failed, and its retry policy waits until it tries again
  timer,              // it is not due yet
  event,              // nobody has raised the event
  queue,              // the queue is empty
  child,              // the child has not ended
  answer,             // the durable actor has not answered
  undelivered,        // what it waits for is in the store, and the next turn takes it
  no_living_node,     // a node has to do something for it, and is gone; or nobody owns the instance's shard
  missing,            // the store has nothing that could end the wait
  stalled,            // the instance cannot be run, whatever arrives
  paused,             // the instance is to make no turns, whatever arrives
};

std::string_view to_string(instance_state state);
// Throws std::invalid_argument for a word that is no state.
instance_state instance_state_from(std::string_view text);
std::string_view to_string(wait_kind kind);
std::string_view to_string(wait_block block);

struct node_reference {
  std::uint64_t node = 0;
  std::string name;    // for people: host and process
  bool lives = false;  // as far as can be seen from outside: its process is there
  bool operator==(const node_reference&) const = default;
};

// The instance that another one waits for: a child, or a durable actor.
struct other_instance {
  std::string instance;
  runtime_status status = runtime_status::not_found;
  instance_state state = instance_state::not_started;
  std::optional<instance_problem> problem;
};

// An activity whose retry policy waits is one wait: its event is the timer of the pause.
struct open_wait {
  wait_kind kind = wait_kind::activity;
  std::uint64_t event_id = 0;  // of the schedule event
  std::string name;            // of what is asked for; a timer has none
  timestamp since{};           // when it was asked for
  wait_block blocked_by = wait_block::missing;
  std::string text;                  // why, as a sentence for people
  std::optional<timestamp> due;      // of a timer, or the next attempt
  std::optional<std::string> tag{};  // of an activity, as the next three
  std::optional<std::string> session{};
  std::uint32_t attempt = 1;  // of its retry policy: the one that is under way, or has failed last
  std::optional<error_details> last_error{};  // of the attempt that failed last
  std::optional<node_reference> node{};       // that has the activity, or its session
  std::uint64_t messages = 0;                 // how many are in the queue
  std::optional<other_instance> instance{};
};

// Messages of an inbox that are due, and that no turn has taken.
struct waiting_messages {
  std::string kind;  // the word for a message_kind (message.hpp)
  std::string name;  // of the event or the queue
  std::uint64_t count = 0;
  timestamp oldest{};  // when the first of them was sent
};

// As the store shows it at one moment. What is on its way in the memory of a node is not in it, so that a healthy
// instance may be shown waiting for what it gets in the next millisecond.
struct explanation {
  std::string instance;
  life_number life = 0;
  std::string orchestration;
  std::string version;
  runtime_status status = runtime_status::not_found;
  std::uint64_t execution = 0;
  instance_state state = instance_state::not_started;
  // When it ended, began to have its problem, made its last turn, or was created.
  timestamp since{};
  std::optional<timestamp> starts_at{};  // not_started: the first turn is not to be made before
  std::optional<std::string> parent{};
  // Of its shard, and so of the instance; none: nobody owns it.
  std::optional<node_reference> owner{};
  std::optional<instance_problem> problem{};
  std::vector<open_wait> waits;         // in the order of their events; empty if it has ended
  std::vector<waiting_messages> inbox;  // by kind and name
  std::string unreadable{};             // as in instance_summary; without its history there are no waits
};

}  // namespace duroxide
