// What the code writes, draws and asks at once: status, key-value store, traces, time, randomness, and facts of
// the execution.
#pragma once

#include "duroxide/detail/engine.hpp"
#include "runtime/execution_state.hpp"

#include <optional>
#include <string>

namespace duroxide::internal {

// The part of the engine that needs no outcome to arrive: a value is recorded, or read from history, and given
// back in the same call.
class value_requests : public detail::engine {
public:
  void set_custom_status(std::optional<std::string> status, code_location where) final;
  const std::optional<std::string>& custom_status() const final { return state_.values.custom_status; }
  const detail::kv_map& kv() const final { return state_.values.kv; }
  void set_kv(std::string key, detail::payload value, code_location where) final;
  void clear_kv(std::string key, code_location where) final;
  void clear_all_kv(code_location where) final;
  const detail::label_map& labels() const final { return state_.values.labels; }
  void change_label(label_change what, code_location where) final;
  void trace(detail::trace_record entry) final;
  timestamp utc_now(code_location where) final;
  std::string new_guid(code_location where) final;
  std::uint64_t random(code_location where) final;

  const std::string& instance_id() const final { return state_.identity.instance; }
  std::uint64_t execution_id() const final { return state_.identity.execution; }
  const std::string& orchestration_name() const final { return state_.identity.orchestration; }
  const std::string& orchestration_version() const final { return state_.identity.version; }
  bool is_replaying() const final { return state_.history.is_replaying(); }
  std::uint64_t history_size() const final { return state_.history.extent().last_id; }
  bool continue_as_new_suggested() const final { return state_.history.extent().is_long(); }

protected:
  explicit value_requests(execution_state& state) : state_(state) {}

  execution_state& state_;
};

}  // namespace duroxide::internal
