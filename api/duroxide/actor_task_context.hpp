// What a command of a durable actor that awaits something may ask for.
#pragma once

#include "duroxide/actor_requests.hpp"
#include "duroxide/orchestration_context.hpp"
#include "duroxide/task.hpp"

#include <coroutine>
#include <string>
#include <string_view>
#include <utility>

namespace duroxide {

// Given by value to a handler that is a coroutine. While it waits, what it has awaited is kept in the store, so that
// it runs again from its beginning after a crash: the rules of orchestrations hold within it. The actor takes no
// other command meanwhile, and queries see the state as it was before. What is asked for by the members of
// actor_requests, the state and the answer become visible together, when it returns.
class actor_task_context : public actor_requests, private orchestration_context {
public:
  actor_task_context(orchestration_context inner, detail::actor_turn& turn) noexcept
      : actor_requests(turn), orchestration_context(inner) {}

  using orchestration_context::is_replaying;
  using orchestration_context::new_guid;
  using orchestration_context::random;
  using orchestration_context::schedule_activity;
  using orchestration_context::schedule_sub_orchestration;
  using orchestration_context::schedule_timer;
  using orchestration_context::start;
  using orchestration_context::trace_debug;
  using orchestration_context::trace_error;
  using orchestration_context::trace_info;
  using orchestration_context::trace_warn;
  using orchestration_context::utc_now;

  // Has another durable actor apply a command, and awaits its answer. Throws command_failed at once if that actor
  // awaits this one, directly or by way of others: neither would ever be answered.
  template <class Out, class In, class Argument>
  command_call<Out> ask(const actor_address& receiver, const command<Out(In)>& what, Argument&& input,
                        code_location where = code_location::current()) const {
    refuse_circle(receiver, what.name());
    return orchestration_context::ask(receiver, what, std::forward<Argument>(input), where);
  }
  template <class Out>
  command_call<Out> ask(const actor_address& receiver, const command<Out()>& what,
                        code_location where = code_location::current()) const {
    refuse_circle(receiver, what.name());
    return orchestration_context::ask(receiver, what, where);
  }

private:
  void refuse_circle(const actor_address& receiver, std::string_view name) const;
};

}  // namespace duroxide

// The actor keeps the state for as long as the command runs: of the parameters of its coroutine, that one may be a
// reference.
template <class T, class State, class... In>
struct std::coroutine_traits<duroxide::task<T>, duroxide::actor_task_context, State&, In...>
    : std::coroutine_traits<duroxide::task<T>, In...> {};

template <class T, class Closure, class State, class... In>
struct std::coroutine_traits<duroxide::task<T>, Closure, duroxide::actor_task_context, State&, In...>
    : std::coroutine_traits<duroxide::task<T>, Closure, In...> {};
