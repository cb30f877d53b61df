#include "api/python/native/client.hpp"

#include "api/python/native/admin.hpp"
#include "api/python/native/loop_queue.hpp"
#include "api/python/native/nearest_port.hpp"
#include "api/python/native/notifying_port.hpp"
#include "api/python/native/rows.hpp"
#include "api/python/native/waiting.hpp"

#include <pybind11/stl.h>

#include <map>
#include <stop_token>
#include <string>

namespace duroxide::python {

namespace {

using namespace std::chrono_literals;
using optional_ms = std::optional<std::int64_t>;
using started_handle = basic_instance_handle<asynchronous>;

// Lets a wait of an event loop be taken back.
struct wait_of_loop {
  std::stop_source source;
};

// -- operations: how they begin --------------------------------------------------

existing_instance existing_of(const std::string& word) {
  if (word == "use") return existing_instance::use;
  if (word == "fail") return existing_instance::fail;
  if (word == "replace_terminal") return existing_instance::replace_terminal;
  throw py::value_error("if_exists must be 'use', 'fail' or 'replace_terminal', not '" + word + "'");
}

std::future<started_handle> begin_start(const async_client& client, const std::stop_token&,
                                        const std::string& instance, const std::string& orchestration,
                                        const std::string& input, const std::string& version,
                                        std::int64_t delay_ms,
                                        const std::map<std::string, label_argument>& labels,
                                        const std::string& if_exists) {
  start_request wanted{orchestration, instance, input, {}};
  wanted.options.version = version;
  wanted.options.delay = duration(delay_ms);
  wanted.options.labels = labels_of(labels);
  wanted.options.if_exists = existing_of(if_exists);
  return client.start(std::move(wanted));
}

std::future<instance_status> begin_status(const async_client& client, const std::stop_token&,
                                          const std::string& instance) {
  return client.instance(instance).status();
}

std::future<instance_status> begin_wait(const async_client& client, const std::stop_token& taken_back,
                                        const std::string& instance, optional_ms timeout) {
  return client.instance(instance).until_exists().wait(limit_of(timeout), taken_back);
}

std::future<instance_status> begin_wait_for_status_change(const async_client& client,
                                                          const std::stop_token& taken_back,
                                                          const std::string& instance,
                                                          std::uint64_t last_seen, optional_ms timeout) {
  return client.instance(instance).until_exists().wait_for_status_change(last_seen, limit_of(timeout),
                                                                         taken_back);
}

std::future<json_text> begin_wait_for_kv_value(const async_client& client, const std::stop_token& taken_back,
                                               const std::string& instance, const std::string& key,
                                               optional_ms timeout) {
  return client.instance(instance).until_exists().wait_for_kv_value(key, limit_of(timeout), taken_back);
}

std::future<std::optional<json_text>> begin_kv_value(const async_client& client, const std::stop_token&,
                                                     const std::string& instance, const std::string& key) {
  return client.instance(instance).kv_value(key);
}

std::future<std::map<std::string, json_text>>
begin_kv_values(const async_client& client, const std::stop_token&, const std::string& instance) {
  return client.instance(instance).kv_values();
}

std::future<void> begin_raise_event(const async_client& client, const std::stop_token&,
                                    const std::string& instance, const std::string& name,
                                    const std::string& data) {
  return client.instance(instance).raise(name, json_text(data));
}

std::future<void> begin_enqueue_event(const async_client& client, const std::stop_token&,
                                      const std::string& instance, const std::string& queue,
                                      const std::string& data) {
  return client.instance(instance).enqueue(queue, json_text(data));
}

std::future<void> begin_cancel(const async_client& client, const std::stop_token&,
                               const std::string& instance, const std::string& reason) {
  return client.instance(instance).cancel(reason);
}

std::future<void> begin_terminate(const async_client& client, const std::stop_token&,
                                  const std::string& instance, const std::string& reason) {
  return client.instance(instance).terminate(reason);
}

reach reach_of(bool tree) { return tree ? reach::tree : reach::alone; }

std::future<void> begin_pause(const async_client& client, const std::stop_token&, const std::string& instance,
                              const std::string& reason, bool tree) {
  return client.instance(instance).pause(reason, reach_of(tree));
}

std::future<void> begin_resume(const async_client& client, const std::stop_token&,
                               const std::string& instance, bool tree) {
  return client.instance(instance).resume(reach_of(tree));
}

std::future<void> begin_set_label(const async_client& client, const std::stop_token&,
                                  const std::string& instance, const std::string& name,
                                  const label_argument& value) {
  return client.instance(instance).change_label({.wanted = label_of(name, value)});
}

std::future<void> begin_clear_label(const async_client& client, const std::stop_token&,
                                    const std::string& instance, const std::string& name) {
  return client.instance(instance).change_label({.wanted = {.name = name, .value = {}}, .is_removed = true});
}

std::future<std::vector<activity_state>> begin_activities(const async_client& client, const std::stop_token&,
                                                          const std::string& instance) {
  return client.instance(instance).activities();
}

// -- and what Python gets; `instance` is the first argument ------------------------

py::object started(std::future<started_handle>& answer, const std::string&) {
  return py::bool_(answer.get().was_started());
}

py::object status_row(std::future<instance_status>& answer, const std::string& instance) {
  return to_python(answer.get(), instance);
}

// An instance that ends without the key never has it: the wait is over before its time.
py::object json(std::future<json_text>& answer, const std::string&) {
  try {
    return to_python(answer.get().text());
  } catch (const instance_error& e) {
    if (e.kind() != error_kind::instance_terminal) throw;
    throw timeout_error(e.what());
  }
}

py::object optional_json(std::future<std::optional<json_text>>& answer, const std::string&) {
  const auto found = answer.get();
  return found ? py::object(to_python(found->text())) : py::none();
}

py::object json_by_key(std::future<std::map<std::string, json_text>>& answer, const std::string&) {
  py::dict values;
  for (const auto& [key, value] : answer.get()) values[to_python(key)] = to_python(value.text());
  return values;
}

// Whether the instance took it: one that has ended does not.
py::object taken(std::future<void>& answer, const std::string&) {
  try {
    answer.get();
  } catch (const instance_error& e) {
    if (e.kind() != error_kind::instance_terminal) throw;
    return py::bool_(false);
  }
  return py::bool_(true);
}

py::object taken_if_there(std::future<void>& answer, const std::string& instance) {
  try {
    return taken(answer, instance);
  } catch (const instance_error& e) {
    if (e.kind() != error_kind::instance_not_found) throw;
    return py::bool_(false);
  }
}

py::object activity_rows(std::future<std::vector<activity_state>>& answer, const std::string&) {
  return list_of(answer.get());
}

// -- both forms of each --------------------------------------------------------------

enum class operation_kind { call, wait };  // a wait has a timeout of its own, and can be taken back

constexpr auto call_limit = 60s;

template <class T> void wait_for(std::future<T>& answer, operation_kind kind, std::stop_source& source) {
  if (answer.wait_for(0s) == std::future_status::deferred) {  // of a simulation: it goes on when it is asked
    const without_gil released;
    answer.wait();
    return;
  }
  const auto until = kind == operation_kind::wait ? std::chrono::steady_clock::time_point::max()
                                                  : std::chrono::steady_clock::now() + call_limit;
  const auto is_ready = [&](std::chrono::milliseconds limit) {
    return answer.wait_for(limit) == std::future_status::ready;
  };
  if (!wait_and_listen(is_ready, until, [&] { source.request_stop(); }))
    throw timeout_error("the store has not answered within a minute; what was asked for may still be done");
}

template <class T> using conversion = py::object (*)(std::future<T>&, const std::string&);

// Settles the future of an event loop, unless it was cancelled.
template <class T>
void settle(const shared_object& future, std::future<T>& answer, conversion<T> convert,
            const std::string& instance) {
  const py::handle waiting = future.get();
  if (waiting.attr(interned("done"))().cast<bool>()) return;
  try {
    waiting.attr(interned("set_result"))(convert(answer, instance));
  } catch (...) {
    waiting.attr("set_exception")(thrown_exception());
  }
}

template <class T> struct begun { std::future<T> answer; };

// Defines `name` and `begin_name` of the class.
template <class T, class... Arguments> class operation {
public:
  using beginning = std::future<T> (*)(const async_client&, const std::stop_token&, Arguments...);

  operation(const char* name, operation_kind kind, beginning begin, conversion<T> convert)
      : name_(name), kind_(kind), begin_(begin), convert_(convert) {}

  void define(py::class_<client_in_python>& type) const {
    type.def(name_.c_str(), [self = *this](const client_in_python& client, Arguments... arguments) {
      return self.run(client.through(), arguments...);
    });
    type.def(("begin_" + name_).c_str(),
             [self = *this](const client_in_python& client, const std::shared_ptr<loop_queue>& queue,
                            const py::object& future, Arguments... arguments) {
               return self.run_for_loop(client.through(), queue, future, arguments...);
             });
  }

private:
  static const std::string& instance_of(const std::string& instance, const auto&...) { return instance; }

  py::object run(const client& through, Arguments... arguments) const {
    std::stop_source source;
    std::future<T> answer = begin_(through.async(), source.get_token(), arguments...);
    wait_for(answer, kind_, source);
    return convert_(answer, instance_of(arguments...));
  }

  // The answer arrives on any thread, as work for the loop; that cannot run before this function has returned, because
  // this function holds the GIL.
  py::object run_for_loop(const client& through, const std::shared_ptr<loop_queue>& queue,
                          const py::object& future, Arguments... arguments) const {
    std::stop_source source;
    const auto state = std::make_shared<begun<T>>();
    auto settled = [state, waiting = shared_object(future), convert = convert_,
                    instance = instance_of(arguments...)] {
      settle(waiting, state->answer, convert, instance);
    };
    const client notifying(notifying_port(through.port(), [queue, settled] { queue->add(settled); }));
    state->answer = begin_(notifying.async(), source.get_token(), arguments...);
    return kind_ == operation_kind::wait ? py::cast(wait_of_loop{std::move(source)}) : py::none();
  }

  std::string name_;
  operation_kind kind_;
  beginning begin_;
  conversion<T> convert_;
};

template <class T, class... Arguments>
void define(py::class_<client_in_python>& type, const char* name, operation_kind kind,
            std::future<T> (*begin)(const async_client&, const std::stop_token&, Arguments...),
            conversion<T> convert) {
  operation<T, Arguments...>(name, kind, begin, convert).define(type);
}

}  // namespace

void bind_client(py::module_& module) {
  py::class_<wait_of_loop>(module, "Wait").def("take_back", [](wait_of_loop& wait) {
    wait.source.request_stop();
  });

  py::class_<client_in_python> type(module, "Client");
  type.def(py::init([](std::shared_ptr<store> opened) {
    return client_in_python(client(nearest_port(std::move(opened))));
  }));
  constexpr auto call = operation_kind::call;
  constexpr auto wait = operation_kind::wait;
  define(type, "start", call, &begin_start, &started);
  define(type, "status", call, &begin_status, &status_row);
  define(type, "wait", wait, &begin_wait, &status_row);
  define(type, "wait_for_status_change", wait, &begin_wait_for_status_change, &status_row);
  define(type, "wait_for_kv_value", wait, &begin_wait_for_kv_value, &json);
  define(type, "kv_value", call, &begin_kv_value, &optional_json);
  define(type, "kv_values", call, &begin_kv_values, &json_by_key);
  define(type, "raise_event", call, &begin_raise_event, &taken);
  define(type, "enqueue_event", call, &begin_enqueue_event, &taken);
  define(type, "cancel", call, &begin_cancel, &taken_if_there);
  define(type, "terminate", call, &begin_terminate, &taken);
  define(type, "pause", call, &begin_pause, &taken);
  define(type, "resume", call, &begin_resume, &taken);
  define(type, "set_label", call, &begin_set_label, &taken);
  define(type, "clear_label", call, &begin_clear_label, &taken);
  define(type, "activities", call, &begin_activities, &activity_rows);
  type.def("admin", [](const client_in_python& client) { return client.through().admin(); });
}

}  // namespace duroxide::python
