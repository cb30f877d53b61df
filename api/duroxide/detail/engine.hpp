// The seam between an orchestration's coroutine and the replay engine.
#pragma once

#include "duroxide/code_location.hpp"
#include "duroxide/detail/payload_rewriter.hpp"
#include "duroxide/detail/ready_queue.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/label.hpp"
#include "duroxide/time.hpp"
#include "duroxide/trace_level.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace duroxide::detail {

enum class operation_kind : std::uint8_t {
  activity,
  timer,
  external_event,
  queue_message,
  sub_orchestration,
  command
};

// What an orchestration asks for. On replay it is compared with what history says it asked for.
struct operation {
  operation_kind kind = operation_kind::activity;
  std::string name;
  payload input;
  std::optional<std::string> tag;
  std::optional<std::string> session;
  std::uint32_t attempt = 1;            // of a retry policy
  std::uint64_t retry_of = 0;           // event id of the first attempt
  std::optional<std::string> instance;  // a child's explicit id; a durable actor's
  std::optional<std::string> version;   // a child's explicit version
  bool inherits_labels = false;         // a child
  std::optional<duration> delay;        // a timer's, relative
  std::optional<timestamp> due;         // a timer's, absolute
  code_location where;                  // for messages only
};

// A detached start: nobody waits for its outcome.
struct detached_start {
  std::string name;
  std::string instance;
  payload input;
  std::optional<std::string> version;
  code_location where;
};

struct continue_as_new {
  payload input;
  std::optional<std::string> version;
};

// A value of the instance's key-value store.
struct kv_value {
  std::string value;
  timestamp updated_at{};
};
using kv_map = std::map<std::string, kv_value>;
using label_map = std::map<std::string, label>;  // by name

// For the log, once the turn is committed.
struct trace_record {
  trace_level level = trace_level::info;
  std::string text;
  // Not empty: it tells of a failed attempt of this activity. Of these, the log has a limited number.
  std::string failed_activity{};
};

// What an engine can keep alive: a detached branch.
class kept_by_engine {
public:
  kept_by_engine() = default;
  kept_by_engine(const kept_by_engine&) = delete;
  kept_by_engine& operator=(const kept_by_engine&) = delete;
  virtual ~kept_by_engine() = default;
};

class engine;

// One started operation, seen from both sides: the awaiting branch owns it, the engine fills it in.
// Destroying it before it has an outcome cancels the operation; destroying it before its outcome is taken
// gives a queue message back.
class pending_operation {
public:
  pending_operation() = default;
  pending_operation(const pending_operation&) = delete;
  pending_operation& operator=(const pending_operation&) = delete;
  inline ~pending_operation();

  bool started() const noexcept { return owner != nullptr; }
  bool settled() const noexcept { return outcome.index() != 0; }
  // The outcome has reached the code.
  inline void set_taken() noexcept;

  engine* owner = nullptr;
  std::uint64_t event_id = 0;  // of its schedule event
  continuation on_settled;
  std::variant<std::monostate, std::string, error_details> outcome;
};

// Implemented by the replay engine; used by contexts and awaiters. One thread at a time.
class engine {
public:
  engine() = default;
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  virtual ~engine() = default;

  // Appends (or, on replay, matches) the schedule event. Outcomes arrive later, through `ready`.
  virtual void start(operation what, pending_operation& pending) = 0;
  virtual void drop(pending_operation& pending) noexcept = 0;
  virtual void detach(pending_operation& pending) noexcept = 0;
  virtual void taken(pending_operation& pending) noexcept = 0;
  virtual void start_detached(detached_start what) = 0;
  virtual void continue_as_new(detail::continue_as_new next) = 0;
  virtual void keep(std::unique_ptr<kept_by_engine> detached) = 0;
  virtual void let_go(const kept_by_engine* settled) noexcept = 0;

  virtual void set_custom_status(std::optional<std::string> status, code_location where) = 0;
  virtual const std::optional<std::string>& custom_status() const = 0;
  virtual const kv_map& kv() const = 0;
  virtual void set_kv(std::string key, payload value, code_location where) = 0;
  virtual void clear_kv(std::string key, code_location where) = 0;
  virtual void clear_all_kv(code_location where) = 0;
  virtual const label_map& labels() const = 0;
  // Throws configuration_error (invalid_argument) in a history of format 1.
  virtual void change_label(label_change what, code_location where) = 0;
  virtual void trace(trace_record what) = 0;
  virtual timestamp utc_now(code_location where) = 0;
  virtual std::string new_guid(code_location where) = 0;
  virtual std::uint64_t random(code_location where) = 0;

  virtual const std::string& instance_id() const = 0;
  virtual std::uint64_t execution_id() const = 0;
  virtual const std::string& orchestration_name() const = 0;
  virtual const std::string& orchestration_version() const = 0;
  virtual bool is_replaying() const = 0;
  virtual std::uint64_t history_size() const = 0;
  virtual bool continue_as_new_suggested() const = 0;

  ready_queue ready;
};

pending_operation::~pending_operation() {
  if (owner) owner->drop(*this);
}

void pending_operation::set_taken() noexcept {
  if (owner) std::exchange(owner, nullptr)->taken(*this);
}

}  // namespace duroxide::detail
