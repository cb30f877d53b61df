#include "api/python/native/options.hpp"

#include "api/python/native/descriptor.hpp"

#include <pybind11/stl.h>

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace duroxide::python {

namespace {

using setter = std::function<void(runtime_options&, const py::dict&, const char*)>;

std::int64_t count_of(const py::dict& given, const char* name) {
  const auto count = optional_int(given, name);
  if (!count) throw py::type_error(std::string("'") + name + "' must be an int, not None");
  if (*count < 0) throw py::value_error(std::string("'") + name + "' must not be negative");
  return *count;
}

template <class T> setter count(T runtime_options::*member) {
  return [member](runtime_options& to, const py::dict& given, const char* name) {
    to.*member = static_cast<T>(count_of(given, name));
  };
}

setter optional_count(std::optional<std::size_t> runtime_options::*member) {
  return [member](runtime_options& to, const py::dict& given, const char* name) {
    to.*member = static_cast<std::size_t>(count_of(given, name));
  };
}

template <class T> setter time(T runtime_options::*member) {
  return [member](runtime_options& to, const py::dict& given, const char* name) {
    to.*member = duration(count_of(given, name));
  };
}

setter text(std::string runtime_options::*member) {
  return [member](runtime_options& to, const py::dict& given, const char* name) {
    to.*member = text_member(given, name);
  };
}

void set_tag_filter(runtime_options& to, const py::dict& given, const char* name) {
  const auto [untagged, any, tags] = py::cast<std::tuple<bool, bool, std::vector<std::string>>>(given[name]);
  if (any)
    to.worker_tag_filter = tag_filter::any();
  else if (tags.empty())
    to.worker_tag_filter = untagged ? tag_filter::default_only() : tag_filter::none();
  else
    to.worker_tag_filter = untagged ? tag_filter::default_and(tags) : tag_filter::tags(tags);
}

const std::map<std::string, setter>& setters() {
  using options = runtime_options;
  static const auto* all = new std::map<std::string, setter>{
      {"orchestration_concurrency", optional_count(&options::orchestration_concurrency)},
      {"worker_concurrency", count(&options::worker_concurrency)},
      {"worker_tag_filter", &set_tag_filter},
      {"worker_node_id", text(&options::worker_node_id)},
      {"max_sessions_per_runtime", count(&options::max_sessions_per_runtime)},
      {"session_idle_timeout_ms", time(&options::session_idle_timeout)},
      {"session_lock_timeout_ms", time(&options::session_lock_timeout)},
      {"payload_limit", count(&options::payload_limit)},
      {"turn_limit", count(&options::turn_limit)},
      {"max_depth", count(&options::max_depth)},
      {"long_turn_ms", time(&options::long_turn)},
      {"verify_replay",
       [](options& to, const py::dict& given, const char* name) {
         to.verify_replay = optional_bool(given, name).value_or(false);
       }},
      {"passivate_after_ms", time(&options::passivate_after)},
      {"resident_limit", count(&options::resident_limit)},
      {"async_activity_limit", count(&options::async_activity_limit)},
      {"activity_queue_limit", count(&options::activity_queue_limit)},
      {"client_request_limit", count(&options::client_request_limit)},
      {"timer_horizon_ms", time(&options::timer_horizon)},
      {"journal_lanes", optional_count(&options::journal_lanes)},
      {"commit_batch_limit", count(&options::commit_batch_limit)},
      {"shutdown_timeout_ms", time(&options::shutdown_timeout)},
      {"activity_cancellation_grace_period_ms", time(&options::activity_cancellation_grace_period)},
      {"unregistered_backoff_base_ms", time(&options::unregistered_backoff_base)},
      {"unregistered_backoff_limit_ms", time(&options::unregistered_backoff_limit)},
      {"on_mismatch",
       [](options& to, const py::dict& given, const char* name) {
         to.on_mismatch =
             text_member(given, name) == "stall" ? mismatch_policy::stall : mismatch_policy::fail;
       }},
      {"max_failed_attempts",
       [](options& to, const py::dict& given, const char* name) {
         to.max_failed_attempts = static_cast<std::uint32_t>(count_of(given, name));
       }},
      {"max_crashes", count(&options::max_crashes)},
      {"heartbeat_interval_ms", time(&options::heartbeat_interval)},
      {"delete_instances_after_ms", time(&options::delete_instances_after)},
      {"delete_executions_after_ms", time(&options::delete_executions_after)},
      {"retention_interval_ms", time(&options::retention_interval)},
      {"build_id", text(&options::build_id)},
  };
  return *all;
}

}  // namespace

void apply_options(runtime_options& to, const py::dict& given) {
  for (const auto& [key, value] : given) {
    const std::string name = text_of(key);
    const auto found = setters().find(name);
    if (found == setters().end()) throw py::type_error("a runtime has no option '" + name + "'");
    found->second(to, given, name.c_str());
  }
}

}  // namespace duroxide::python
