// What the client actor understands, and what it sends of its own accord. All of it but `administer` works across
// processes (configuration.hpp). Most programs use the typed forms instead: request.hpp and monitoring.hpp.
#pragma once

#include "duroxide/caf/inspection.hpp"
#include "duroxide/reach.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

class admin;

// Each request has an answer, or an error (errors.hpp): timed_out when `limit`, which the client actor keeps, is over;
// no_limit is none. Inputs and payloads are JSON text. What is not legal (ids, names, JSON, limits) is refused before
// anything is stored: configuration (invalid_argument, invalid_payload), limit_exceeded. More about errors:
// instance_handle.hpp and client.hpp, whose operations these are.
namespace messages {

inline constexpr duration default_limit = std::chrono::minutes(1);

struct start {
  using answer = start_result;
  start_request what{};
  duration limit = default_limit;
};

struct raise {
  using answer = void;
  std::string instance{};
  std::string event{};
  std::string payload{};
  duration limit = default_limit;
};

struct enqueue {
  using answer = void;
  std::string instance{};
  std::string queue{};
  std::string payload{};
  duration limit = default_limit;
};

struct cancel {
  using answer = void;
  std::string instance{};
  std::string reason{};
  duration limit = default_limit;
};

struct terminate {
  using answer = void;
  std::string instance{};
  std::string reason{};
  duration limit = default_limit;
};

struct pause {
  using answer = void;
  std::string instance{};
  std::string reason{};
  reach scope = reach::alone;
  duration limit = default_limit;
};

struct resume {
  using answer = void;
  std::string instance{};
  reach scope = reach::alone;
  duration limit = default_limit;
};

struct change_label {
  using answer = void;
  std::string instance{};
  label_change what{};
  duration limit = default_limit;
};

// Starts, and then sends; see op::start_and.
struct start_and_raise {
  using answer = start_result;
  start_request what{};
  std::string event{};
  std::string payload{};
  duration limit = default_limit;
};

struct start_and_enqueue {
  using answer = start_result;
  start_request what{};
  std::string queue{};
  std::string payload{};
  duration limit = default_limit;
};

struct status {
  using answer = instance_status;
  std::string instance{};
  duration limit = default_limit;
};

// For the end of the instance.
struct wait {
  using answer = instance_status;
  std::string instance{};
  absent_instance if_absent = absent_instance::fail;
  duration limit = default_limit;
};

// For a custom status with a version above `last_seen`, or for the end of the instance.
struct status_change {
  using answer = instance_status;
  std::string instance{};
  std::uint64_t last_seen = 0;
  absent_instance if_absent = absent_instance::fail;
  duration limit = default_limit;
};

// Answered with one entry, or with none.
struct kv_value {
  using answer = std::vector<kv_entry>;
  std::string instance{};
  std::string key{};
  duration limit = default_limit;
};

struct kv_values {
  using answer = std::vector<kv_entry>;
  std::string instance{};
  duration limit = default_limit;
};

// Answered with the value.
struct wait_for_kv_value {
  using answer = std::string;
  std::string instance{};
  std::string key{};
  absent_instance if_absent = absent_instance::fail;
  duration limit = default_limit;
};

struct activities {
  using answer = std::vector<activity_state>;
  std::string instance{};
  duration limit = default_limit;
};

// Answered with a page of what the filter lets through (filter.hpp); times as -2d are relative to when it is read.
struct list {
  using answer = instance_page;
  std::string filter{};
  page_request page{};
  duration limit = default_limit;
};

// Answered with the sizes of the groups; with one of all if `group` is empty.
struct count {
  using answer = std::vector<group_count>;
  std::string filter{};
  std::string group{};
  duration limit = default_limit;
};

// A command for the durable actor of this kind and key, answered with its answer, as JSON; see command_request.
struct ask {
  using answer = std::string;
  std::string kind{};
  std::string key{};
  std::string command{};
  std::string input{};
  std::string id{};
  duration limit = default_limit;
};

// Answered when the command is durable.
struct tell {
  using answer = void;
  std::string kind{};
  std::string key{};
  std::string command{};
  std::string input{};
  std::string id{};
  duration limit = default_limit;
};

struct query {
  using answer = std::string;
  std::string kind{};
  std::string key{};
  std::string query{};
  std::string input{};
  duration limit = default_limit;
};

// Stays in the process. `run` is called on a thread that may block; what it throws is the error of the request.
struct administered {
  std::shared_ptr<void> value{};
};
struct administer {
  using answer = administered;
  std::function<std::shared_ptr<void>(const admin&)> run{};
  duration limit = default_limit;
};

// These begin and end what monitoring.hpp says, for their sender.
struct monitor {
  using answer = void;
  std::string instance{};
  absent_instance if_absent = absent_instance::fail;
};
struct demonitor {
  using answer = void;
  std::string instance{};
};
struct subscribe {
  using answer = void;
  std::string instance{};
  std::uint64_t last_seen = 0;
  absent_instance if_absent = absent_instance::fail;
};
struct unsubscribe {
  using answer = void;
  std::string instance{};
};

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, start& x) {
  return f(caf::meta::type_name("duroxide::messages::start"), x.what, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, raise& x) {
  return f(caf::meta::type_name("duroxide::messages::raise"), x.instance, x.event, x.payload, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, enqueue& x) {
  return f(caf::meta::type_name("duroxide::messages::enqueue"), x.instance, x.queue, x.payload, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, cancel& x) {
  return f(caf::meta::type_name("duroxide::messages::cancel"), x.instance, x.reason, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, terminate& x) {
  return f(caf::meta::type_name("duroxide::messages::terminate"), x.instance, x.reason, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, pause& x) {
  return f(caf::meta::type_name("duroxide::messages::pause"), x.instance, x.reason, x.scope, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, resume& x) {
  return f(caf::meta::type_name("duroxide::messages::resume"), x.instance, x.scope, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, change_label& x) {
  return f(caf::meta::type_name("duroxide::messages::change_label"), x.instance, x.what, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, start_and_raise& x) {
  return f(caf::meta::type_name("duroxide::messages::start_and_raise"), x.what, x.event, x.payload, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, start_and_enqueue& x) {
  return f(caf::meta::type_name("duroxide::messages::start_and_enqueue"), x.what, x.queue, x.payload,
           x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, status& x) {
  return f(caf::meta::type_name("duroxide::messages::status"), x.instance, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, wait& x) {
  return f(caf::meta::type_name("duroxide::messages::wait"), x.instance, x.if_absent, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, status_change& x) {
  return f(caf::meta::type_name("duroxide::messages::status_change"), x.instance, x.last_seen, x.if_absent,
           x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, kv_value& x) {
  return f(caf::meta::type_name("duroxide::messages::kv_value"), x.instance, x.key, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, kv_values& x) {
  return f(caf::meta::type_name("duroxide::messages::kv_values"), x.instance, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, wait_for_kv_value& x) {
  return f(caf::meta::type_name("duroxide::messages::wait_for_kv_value"), x.instance, x.key, x.if_absent,
           x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, activities& x) {
  return f(caf::meta::type_name("duroxide::messages::activities"), x.instance, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, list& x) {
  return f(caf::meta::type_name("duroxide::messages::list"), x.filter, x.page, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, count& x) {
  return f(caf::meta::type_name("duroxide::messages::count"), x.filter, x.group, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, ask& x) {
  return f(caf::meta::type_name("duroxide::messages::ask"), x.kind, x.key, x.command, x.input, x.id, x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, tell& x) {
  return f(caf::meta::type_name("duroxide::messages::tell"), x.kind, x.key, x.command, x.input, x.id,
           x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, query& x) {
  return f(caf::meta::type_name("duroxide::messages::query"), x.kind, x.key, x.query, x.input, x.limit);
}
// The function does not travel; without it the client actor refuses the request.
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, administer& x) {
  return f(caf::meta::type_name("duroxide::messages::administer"), x.limit);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, administered&) {
  return f(caf::meta::type_name("duroxide::messages::administered"));
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, monitor& x) {
  return f(caf::meta::type_name("duroxide::messages::monitor"), x.instance, x.if_absent);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, demonitor& x) {
  return f(caf::meta::type_name("duroxide::messages::demonitor"), x.instance);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, subscribe& x) {
  return f(caf::meta::type_name("duroxide::messages::subscribe"), x.instance, x.last_seen, x.if_absent);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, unsubscribe& x) {
  return f(caf::meta::type_name("duroxide::messages::unsubscribe"), x.instance);
}

}  // namespace messages

// The end of a monitor or of a subscription.
struct instance_down {
  std::string instance{};
  life_number life = 0;  // 0: it was never seen
  // How the instance ended; none if that is not known, and then `error` says why: it does not exist or was deleted
  // (instance_not_found), the runtime was stopped, the client actor ended (runtime_stopped), and the like.
  std::optional<instance_status> status{};
  std::optional<error_details> error{};
};

// The custom status of an instance that somebody subscribed to has changed.
struct instance_changed {
  std::string instance{};
  instance_status status{};
};

template <class Inspector> typename Inspector::result_type inspect(Inspector& f, instance_down& x) {
  detail::optional_field<instance_status> status{x.status};
  detail::optional_field<error_details> error{x.error};
  return f(caf::meta::type_name("duroxide::instance_down"), x.instance, x.life, status, error);
}
template <class Inspector> typename Inspector::result_type inspect(Inspector& f, instance_changed& x) {
  return f(caf::meta::type_name("duroxide::instance_changed"), x.instance, x.status);
}

}  // namespace duroxide
