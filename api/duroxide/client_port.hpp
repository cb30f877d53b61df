// The operations of a client, asynchronous and untyped. client builds on it; so do the
// client actor and bindings.
#pragma once

#include "duroxide/activity_state.hpp"
#include "duroxide/durable_actor.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/instance_status.hpp"
#include "duroxide/kv.hpp"
#include "duroxide/life.hpp"
#include "duroxide/message.hpp"
#include "duroxide/result.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace duroxide {

enum class start_result : std::uint8_t {
  started,
  already_exists,  // nothing was done: the instance exists, whatever its state
};

// What a start does if the instance exists.
enum class existing_instance : std::uint8_t {
  use,               // nothing; the result says so
  fail,              // instance_error (already_exists)
  replace_terminal,  // deletes it first, if it and all its sub-orchestrations have ended; else as `use`
};

struct start_options {
  std::string version{};  // empty: the one that the version policy chooses
  duration delay{};       // before the first turn
  std::vector<label> labels{};
  existing_instance if_exists = existing_instance::use;
};

struct start_request {
  std::string orchestration;
  std::string instance;
  std::string input;
  start_options options{};
};

// What a wait does if the instance does not exist.
enum class absent_instance : std::uint8_t {
  fail,  // instance_error (instance_not_found)
  wait,  // for its start, too
};

// What a waiter waits for: the end of the instance or, if given, a custom status with a version above
// `after_custom_status`, or a change of the key `kv_key`.
struct wait_request {
  std::string instance;
  std::optional<std::uint64_t> after_custom_status;
  std::optional<std::string> kv_key;
  duration timeout{};
  life_number life = 0;                               // of the instance; 0: the one that is there
  std::stop_token taken_back{};                       // when it is asked to stop, the wait ends
  absent_instance if_absent = absent_instance::fail;  // of no importance once there is a life
};

// A command for a durable actor.
struct command_request {
  actor_address receiver;
  std::string command;
  std::string input;  // JSON text
  // What it is sent again by: the same id is applied once, and has the same answer as long as that is kept
  // (runtime_options::answer_retention). As new_command_id makes it (command_id.hpp); empty: it is sent once.
  std::string id{};
  // False: nobody asks how it ends. The reply says that it is durable, with the text "null".
  bool is_answered = true;
  duration timeout{};            // of the wait for the answer
  std::stop_token taken_back{};  // when it is asked to stop, that wait ends
};

struct query_request {
  actor_address receiver;
  std::string query;
  std::string input;  // JSON text
};

template <class T> using reply = std::function<void(result<T, error_details>)>;

// Every reply is called exactly once, from any thread, and must not block. Arguments are valid ids.
class client_port {
public:
  client_port() = default;
  client_port(const client_port&) = delete;
  client_port& operator=(const client_port&) = delete;
  virtual ~client_port() = default;

  virtual void start(start_request what, reply<start_result> done) = 0;
  // Sends event_raised, enqueued or cancel. Fails with instance_not_found or instance_terminal; cancelling an
  // instance that has ended succeeds and does nothing.
  virtual void post(message what, reply<std::monostate> done) = 0;
  virtual void status(std::string instance, reply<instance_status> done) = 0;
  // Fails with timed_out, with cancelled if it is taken back, and with instance_not_found if the instance
  // does not exist, is deleted meanwhile, or is of another life. A wait for a key ends as soon as the key is
  // there, too. With absent_instance::wait, an instance that does not exist is waited for, and the wait is for
  // the first one that is seen.
  virtual void wait(wait_request what, reply<instance_status> done) = 0;
  // The key-value store, in key order; with `key`, that entry only. Empty for an unknown instance.
  virtual void kv(std::string instance, std::optional<std::string> key,
                  reply<std::vector<kv_entry>> done) = 0;
  // The unfinished activities, in key order. Empty for an unknown instance.
  virtual void activities(std::string instance, reply<std::vector<activity_state>> done) = 0;
  // The answer of a durable actor, as JSON text. Fails with what the handler threw, with timed_out, and with cancelled
  // if it is taken back; the command may be applied all the same.
  virtual void ask(command_request what, reply<std::string> done) = 0;
  // Reads the state of a durable actor as its last commit left it; of one that does not exist, as a new one has it.
  virtual void query(query_request what, reply<std::string> done) = 0;
  // The store that all of this works on; null when the runtime is stopped.
  virtual std::shared_ptr<provider> store() const = 0;
};

}  // namespace duroxide
