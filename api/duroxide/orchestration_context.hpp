// The only door out of an orchestration.
#pragma once

#include "duroxide/calls.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/task.hpp"

#include <optional>
#include <source_location>
#include <string>

namespace duroxide {

// A small value; copies are the same context. Valid as long as the orchestration's coroutine lives, on the
// thread that runs it. Nothing here blocks, and nothing here has an effect before the turn is committed.
//
// schedule_* functions return inert calls: a call is scheduled when it is awaited, started by a combinator,
// or given to start(). The forms that take a name instead of a handle take and give JSON text.
class orchestration_context {
public:
  using location = std::source_location;

  explicit orchestration_context(detail::engine& engine) : engine_(&engine) {}

  // -- activities -------------------------------------------------------------
  // Awaiting throws activity_failed if the activity throws.

  template <class Out, class In, class Argument>
  activity_call<Out> schedule_activity(const activity<Out(In)>& what, Argument&& input,
                                       location where = location::current()) const {
    return activity_call<Out>(make(detail::operation_kind::activity, what.name(),
                                   detail::encode_awaited_argument<In>(std::forward<Argument>(input)),
                                   where));
  }
  template <class Out>
  activity_call<Out> schedule_activity(const activity<Out()>& what,
                                       location where = location::current()) const {
    return activity_call<Out>(make(detail::operation_kind::activity, what.name(), "null", where));
  }
  activity_call<json_text> schedule_activity(std::string name, json_text input,
                                             location where = location::current()) const;

  // -- timers -----------------------------------------------------------------
  // A delay is counted from the turn in which the timer is scheduled; it must not be negative or longer than
  // a hundred years (configuration_error). A time that has passed is due at once.

  wait_call<void> schedule_timer(duration delay, location where = location::current()) const;
  wait_call<void> schedule_timer(timestamp due, location where = location::current()) const;

  // -- events -----------------------------------------------------------------
  // wait_for_event receives what is raised while the wait is open; what is raised when nobody waits is
  // recorded and passed over. dequeue_event receives messages in the order in which they were enqueued, also
  // those that came before it.

  template <class T>
  wait_call<T> wait_for_event(const event<T>& what, location where = location::current()) const {
    return wait_call<T>(make(detail::operation_kind::external_event, what.name(), {}, where));
  }
  wait_call<json_text> wait_for_event(std::string name, location where = location::current()) const;

  template <class T>
  wait_call<T> dequeue_event(const event_queue<T>& queue, location where = location::current()) const {
    return wait_call<T>(make(detail::operation_kind::queue_message, queue.name(), {}, where));
  }
  wait_call<json_text> dequeue_event(std::string queue, location where = location::current()) const;

  // -- other orchestrations ---------------------------------------------------
  // Awaiting a child throws sub_orchestration_failed if it fails or is cancelled. start_orchestration starts
  // one that is independent of this one and does nothing if the instance exists.

  template <class Out, class In, class Argument>
  sub_orchestration_call<Out> schedule_sub_orchestration(const orchestration<Out(In)>& what, Argument&& input,
                                                         location where = location::current()) const {
    return sub_orchestration_call<Out>(
        make(detail::operation_kind::sub_orchestration, what.name(),
             detail::encode_awaited_argument<In>(std::forward<Argument>(input)), where));
  }
  template <class Out>
  sub_orchestration_call<Out> schedule_sub_orchestration(const orchestration<Out()>& what,
                                                         location where = location::current()) const {
    return sub_orchestration_call<Out>(
        make(detail::operation_kind::sub_orchestration, what.name(), "null", where));
  }
  sub_orchestration_call<json_text> schedule_sub_orchestration(std::string name, json_text input,
                                                               location where = location::current()) const;

  template <class Out, class In, class Argument>
  void start_orchestration(const orchestration<Out(In)>& what, std::string instance, Argument&& input,
                           location where = location::current()) const {
    start_detached(std::string(what.name()), std::move(instance),
                   detail::encode_awaited_argument<In>(std::forward<Argument>(input)), where);
  }
  void start_orchestration(std::string name, std::string instance, json_text input,
                           location where = location::current()) const;

  // -- running calls side by side ---------------------------------------------

  // Schedules `call` now, to be awaited (or detached) later.
  template <class Call>
  requires requires(Call c, detail::engine& e) { std::move(c).start(e); }
  auto start(Call call) const { return std::move(call).start(*engine_); }

  // -- endings ----------------------------------------------------------------
  // Ends this execution and begins the next one with `input` and an empty history. Use it as
  // `co_return ctx.continue_as_new(next);` or, in an orchestration without a result, as
  // `co_await ctx.continue_as_new(next);`. Messages nobody dequeued are carried over; activities, timers and
  // children that are still running are cancelled. `input` must be of the orchestration's own input type.

  template <class In> continue_as_new_request continue_as_new(In&& input) const {
    using value = std::remove_cvref_t<In>;
    static_assert(detail::safe_to_await_with<In>, "name this aggregate first, then pass it");
    detail::continue_as_new next;
    if constexpr (std::convertible_to<In, std::string> && !std::same_as<value, json_text>)
      next.input = codec<std::string>::encode(std::forward<In>(input));
    else
      next.input = codec<value>::encode(input);
    return continue_as_new_request(std::move(next));
  }
  continue_as_new_request continue_as_new() const;

  // -- what others can see ----------------------------------------------------
  // At most 256 KiB; throws configuration_error (limit_exceeded) beyond.

  void set_custom_status(std::string status, location where = location::current()) const;
  void reset_custom_status(location where = location::current()) const;
  std::optional<std::string> get_custom_status() const { return engine_->custom_status(); }

  // -- values that are recorded -----------------------------------------------
  // Each call records one event, so that replay sees what the first run saw.

  timestamp utc_now(location where = location::current()) const { return engine_->utc_now(where); }
  // RFC 4122 version 4, lower case, from the operating system's random source.
  std::string new_guid(location where = location::current()) const { return engine_->new_guid(where); }
  std::uint64_t random(location where = location::current()) const { return engine_->random(where); }

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
  static detail::operation make(detail::operation_kind kind, std::string_view name, std::string input,
                                location where);
  void start_detached(std::string name, std::string instance, std::string input, location where) const;

  detail::engine* engine_;
};

}  // namespace duroxide
