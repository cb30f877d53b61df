// All that an orchestration may ask for.
#pragma once

#include "duroxide/calls.hpp"
#include "duroxide/code_location.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/detail/kv_read.hpp"
#include "duroxide/durable_actor.hpp"
#include "duroxide/label.hpp"
#include "duroxide/task.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// A small value; copies are the same context. Valid as long as the orchestration's coroutine lives, on the
// thread that runs it. Nothing here blocks, and nothing here has an effect before the turn is committed.
//
// schedule_* functions return lazy calls: a call is scheduled when it is awaited, started by a combinator,
// or given to start(). The forms that take a name instead of a contract take and give JSON text.
class orchestration_context {
public:
  explicit orchestration_context(detail::engine& engine) : engine_(&engine) {}

  // -- activities -------------------------------------------------------------
  // Awaiting throws activity_failed if the activity throws.

  template <class Out, class In, class Argument>
  activity_call<Out> schedule_activity(const activity<Out(In)>& what, Argument&& input,
                                       code_location where = code_location::current()) const {
    return activity_call<Out>(make(detail::operation_kind::activity, what.name(),
                                   detail::encode_awaited_argument<In>(std::forward<Argument>(input)),
                                   where));
  }
  template <class Out>
  activity_call<Out> schedule_activity(const activity<Out()>& what,
                                       code_location where = code_location::current()) const {
    return activity_call<Out>(
        make(detail::operation_kind::activity, what.name(), detail::payload{"null"}, where));
  }
  activity_call<json_text> schedule_activity(std::string name, json_text input,
                                             code_location where = code_location::current()) const;

  // -- timers -----------------------------------------------------------------
  // A delay is counted from the turn in which the timer is scheduled; it must not be negative or longer than
  // a hundred years (configuration_error). A time that has passed is due at once.

  wait_call<void> schedule_timer(duration delay, code_location where = code_location::current()) const;
  wait_call<void> schedule_timer(timestamp due, code_location where = code_location::current()) const;

  // -- events -----------------------------------------------------------------
  // wait_for_event receives what is raised while the wait is open; what is raised when nobody waits is
  // recorded and passed over. dequeue_event receives messages in the order in which they were enqueued, also
  // those that came before it.

  template <class T>
  wait_call<T> wait_for_event(const event<T>& what, code_location where = code_location::current()) const {
    return wait_call<T>(make(detail::operation_kind::external_event, what.name(), {}, where));
  }
  wait_call<json_text> wait_for_event(std::string name, code_location where = code_location::current()) const;

  template <class T>
  wait_call<T> dequeue_event(const event_queue<T>& queue,
                             code_location where = code_location::current()) const {
    return wait_call<T>(make(detail::operation_kind::queue_message, queue.name(), {}, where));
  }
  wait_call<json_text> dequeue_event(std::string queue, code_location where = code_location::current()) const;

  // -- other orchestrations ---------------------------------------------------
  // Awaiting a child throws sub_orchestration_failed if it fails or is cancelled. start_orchestration starts
  // one that is independent of this one and does nothing if the instance exists.

  template <class Out, class In, class Argument>
  sub_orchestration_call<Out>
  schedule_sub_orchestration(const orchestration<Out(In)>& what, Argument&& input,
                             code_location where = code_location::current()) const {
    return sub_orchestration_call<Out>(
        make(detail::operation_kind::sub_orchestration, what.name(),
             detail::encode_awaited_argument<In>(std::forward<Argument>(input)), where));
  }
  template <class Out>
  sub_orchestration_call<Out>
  schedule_sub_orchestration(const orchestration<Out()>& what,
                             code_location where = code_location::current()) const {
    return sub_orchestration_call<Out>(
        make(detail::operation_kind::sub_orchestration, what.name(), detail::payload{"null"}, where));
  }
  sub_orchestration_call<json_text>
  schedule_sub_orchestration(std::string name, json_text input,
                             code_location where = code_location::current()) const;

  template <class Out, class In, class Argument>
  void start_orchestration(const orchestration<Out(In)>& what, std::string instance, Argument&& input,
                           code_location where = code_location::current()) const {
    start_detached(std::string(what.name()), std::move(instance),
                   detail::encode_awaited_argument<In>(std::forward<Argument>(input)), std::nullopt, where);
  }
  template <class Out, class In, class Argument>
  void start_orchestration(const orchestration<Out(In)>& what, std::string instance, Argument&& input,
                           const semantic_version& version,
                           code_location where = code_location::current()) const {
    start_detached(std::string(what.name()), std::move(instance),
                   detail::encode_awaited_argument<In>(std::forward<Argument>(input)), version.text(), where);
  }
  template <class Out>
  void start_orchestration(const orchestration<Out()>& what, std::string instance,
                           code_location where = code_location::current()) const {
    start_detached(std::string(what.name()), std::move(instance), detail::payload{"null"}, std::nullopt,
                   where);
  }
  void start_orchestration(std::string name, std::string instance, json_text input,
                           code_location where = code_location::current()) const;
  void start_orchestration(std::string name, std::string instance, json_text input,
                           const semantic_version& version,
                           code_location where = code_location::current()) const;

  // -- durable actors (durable_actor.hpp) --------------------------------------
  // Awaiting the answer throws command_failed if the handler throws. Who does not wait for it any longer does not
  // take the command back.

  template <class Out, class In, class Argument>
  command_call<Out> ask(const actor_address& receiver, const command<Out(In)>& what, Argument&& input,
                        code_location where = code_location::current()) const {
    return command_call<Out>(make_command(
        receiver, what.name(), detail::encode_awaited_argument<In>(std::forward<Argument>(input)), where));
  }
  template <class Out>
  command_call<Out> ask(const actor_address& receiver, const command<Out()>& what,
                        code_location where = code_location::current()) const {
    return command_call<Out>(make_command(receiver, what.name(), detail::payload{"null"}, where));
  }
  command_call<json_text> ask(const actor_address& receiver, std::string name, json_text input,
                              code_location where = code_location::current()) const;

  // -- running calls side by side ---------------------------------------------

  // Schedules a call now, to be awaited (or detached) later. A task or a combination starts to run when
  // the calling coroutine next suspends.
  template <detail::durable_like Durable> auto start(Durable what) const {
    if constexpr (requires { std::move(what).start(*engine_); })
      return std::move(what).start(*engine_);
    else
      return detail::start_branch<detail::value_of<Durable>>(std::move(what).release(), *engine_);
  }

  // -- endings ----------------------------------------------------------------
  // Ends this execution and begins the next one with `input` and an empty history. Use it as
  // `co_return ctx.continue_as_new(next);` or, in an orchestration without a result, as
  // `co_await ctx.continue_as_new(next);`. Messages nobody dequeued stay in their queues; activities, timers
  // and children that are still running are cancelled. `input` must be of the orchestration's own input type.

  template <class In> continue_as_new_request continue_as_new(In&& input) const {
    using value = std::remove_cvref_t<In>;
    static_assert(detail::safe_to_await_with<In>, "name this aggregate first, then pass it");
    detail::continue_as_new next;
    if constexpr (std::convertible_to<In, std::string> && !std::same_as<value, json_text>)
      next.input = detail::payload_of<std::string>(std::forward<In>(input));
    else
      next.input = detail::payload_of<value>(input);
    return continue_as_new_request(std::move(next));
  }
  continue_as_new_request continue_as_new() const;

  // -- what others can see ----------------------------------------------------
  // At most 256 KiB; throws limit_error beyond.

  void set_custom_status(std::string status, code_location where = code_location::current()) const;
  void reset_custom_status(code_location where = code_location::current()) const;
  std::optional<std::string> get_custom_status() const { return engine_->custom_status(); }

  // -- labels -----------------------------------------------------------------
  // By what others find this instance (duroxide/filter.hpp): a text, a number, true or false, or a time. They are
  // written with the turn, survive continue-as-new and the end of the instance, and begin as those that the instance
  // was started with. What others set (instance_handle::set_label) counts from when it arrives: the last one wins.
  // At most 64, with values of at most 1 KiB (limit_error); names as those of orchestrations (configuration_error,
  // invalid_argument). An instance that a build without labels in histories has started sees here what has been set
  // since, until it continues as new.

  template <class T>
  void set_label(std::string name, const T& value, code_location where = code_location::current()) const {
    set_label(make_label(std::move(name), value), where);
  }
  void set_label(label wanted, code_location where = code_location::current()) const;
  void clear_label(std::string name, code_location where = code_location::current()) const;
  std::optional<label_value> get_label(const std::string& name) const;
  std::vector<label> get_labels() const;  // in the order of their names

  // -- the key-value store of this instance -----------------------------------
  // Survives continue-as-new and the end of the instance; clients and other instances see it as it was when
  // the last turn was committed, this orchestration sees its own changes at once. At most 150 keys, of 1 to
  // 256 bytes of UTF-8, with values of at most 64 KiB (of a text what it says, of anything else its
  // JSON): limit_error and configuration_error (invalid_argument) otherwise. Reading a value as another type than
  // it has throws configuration_error (invalid_payload).

  template <class T>
  void set_kv_value(std::string key, const T& value, code_location where = code_location::current()) const {
    if constexpr (std::convertible_to<const T&, std::string> && !std::same_as<T, json_text>)
      set_kv(std::move(key), detail::payload_of<std::string>(value), where);
    else
      set_kv(std::move(key), detail::payload_of<T>(value), where);
  }
  template <class T> std::optional<T> get_kv_value(const std::string& key) const {
    auto found = engine_->kv().find(key);
    if (found == engine_->kv().end()) return std::nullopt;
    return codec<T>::decode("the value of key '" + key + "'", found->second.value);
  }
  std::map<std::string, json_text> get_kv_all_values() const;
  std::vector<std::string> get_kv_all_keys() const;  // in order
  std::size_t get_kv_length() const { return engine_->kv().size(); }
  void clear_kv_value(std::string key, code_location where = code_location::current()) const;
  void clear_all_kv_values(code_location where = code_location::current()) const;
  // Clears what was last set before `cutoff`; gives how many that were.
  std::size_t prune_kv_values_updated_before(timestamp cutoff,
                                             code_location where = code_location::current()) const;

  // What another instance's store has when this is scheduled; nothing if there is no such key or instance.
  template <class T>
  durable<std::optional<T>> get_kv_value_from_instance(std::string instance, std::string key,
                                                       code_location where = code_location::current()) const {
    return durable<std::optional<T>>(
        std::make_unique<detail::kv_read_branch<T>>(kv_read(std::move(instance), std::move(key), where)));
  }

  // -- traces -----------------------------------------------------------------
  // A line in the log when the turn is committed, with the instance, execution, name and version. Silent on
  // replay.

  void trace(trace_level level, std::string text) const { engine_->trace({level, std::move(text)}); }
  void trace_debug(std::string text) const { trace(trace_level::debug, std::move(text)); }
  void trace_info(std::string text) const { trace(trace_level::info, std::move(text)); }
  void trace_warn(std::string text) const { trace(trace_level::warn, std::move(text)); }
  void trace_error(std::string text) const { trace(trace_level::error, std::move(text)); }

  // -- values that are recorded -----------------------------------------------
  // Each call records one event, so that replay sees what the first run saw.

  timestamp utc_now(code_location where = code_location::current()) const { return engine_->utc_now(where); }
  // RFC 4122 version 4, lower case, from the operating system's random source.
  std::string new_guid(code_location where = code_location::current()) const {
    return engine_->new_guid(where);
  }
  std::uint64_t random(code_location where = code_location::current()) const {
    return engine_->random(where);
  }

  // -- who and where ----------------------------------------------------------

  const std::string& instance_id() const { return engine_->instance_id(); }
  std::uint64_t execution_id() const { return engine_->execution_id(); }
  const std::string& orchestration_name() const { return engine_->orchestration_name(); }
  const std::string& orchestration_version() const { return engine_->orchestration_version(); }
  // True while events are applied that were committed before this turn. For logging only: an orchestration
  // that decides by it is not deterministic.
  bool is_replaying() const { return engine_->is_replaying(); }
  // Events of this execution so far.
  std::uint64_t history_size() const { return engine_->history_size(); }
  // True from 10 000 events or 8 MiB of history on.
  bool continue_as_new_suggested() const { return engine_->continue_as_new_suggested(); }

private:
  static detail::operation make(detail::operation_kind kind, std::string_view name, detail::payload input,
                                code_location where);
  static detail::operation make_command(const actor_address& receiver, std::string_view name,
                                        detail::payload input, code_location where);
  void start_detached(std::string name, std::string instance, detail::payload input,
                      std::optional<std::string> version, code_location where) const;
  void set_kv(std::string key, detail::payload value, code_location where) const;
  static detail::operation kv_read(std::string instance, std::string key, code_location where);

  detail::engine* engine_;
};

}  // namespace duroxide
