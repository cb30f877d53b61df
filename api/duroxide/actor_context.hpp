// What the code of a durable actor may ask for.
#pragma once

#include "duroxide/contracts.hpp"
#include "duroxide/detail/actor_effects.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/durable_actor.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace duroxide {

// Given to the handler of a command, and valid until that returns, on its thread. Nothing here blocks, and nothing has
// an effect before the turn is committed, together with the state and the answer. If the handler throws, it has asked
// for nothing. Handlers are not replayed: they may read clocks and draw random numbers as they like.
class actor_context {
public:
  explicit actor_context(detail::actor_turn& turn) noexcept : turn_(&turn) {}
  actor_context(const actor_context&) = delete;
  actor_context& operator=(const actor_context&) = delete;

  const actor_address& self() const noexcept { return turn_->self; }
  const std::string& key() const noexcept { return turn_->self.key(); }
  // Of this command: what its sender repeats it by. Empty if it cannot be repeated.
  const std::string& command_id() const noexcept { return turn_->command_id; }
  // When the turn began: all commands of a turn have the same time.
  timestamp utc_now() const noexcept { return turn_->now; }
  std::uint64_t random() const { return turn_->random_bits(); }

  // Sends a command to an actor, perhaps to this one. Nobody waits for its answer; it is applied exactly once. Commands
  // from this actor to another one are applied in the order in which they were sent.
  template <class Out, class In, class Argument>
  void tell(const actor_address& receiver, const command<Out(In)>& what, Argument&& input) const {
    send(
        {receiver, std::string(what.name()), detail::encode_argument<In>(std::forward<Argument>(input)), {}});
  }
  template <class Out> void tell(const actor_address& receiver, const command<Out()>& what) const {
    send({receiver, std::string(what.name()), "null", {}});
  }

  // Sends a command to this actor, after a time. Throws configuration_error (invalid_argument) if that is negative or
  // more than a hundred years.
  template <class Out, class In, class Argument>
  void schedule(duration after, const command<Out(In)>& what, Argument&& input) const {
    send({self(), std::string(what.name()), detail::encode_argument<In>(std::forward<Argument>(input)),
          detail::checked_delay(after)});
  }
  template <class Out> void schedule(duration after, const command<Out()>& what) const {
    send({self(), std::string(what.name()), "null", detail::checked_delay(after)});
  }

  // Starts an orchestration that is independent of this actor; does nothing if the instance exists. Throws
  // configuration_error (invalid_argument) if the id is not legal.
  template <class Out, class In, class Argument>
  void start_orchestration(const orchestration<Out(In)>& what, std::string instance, Argument&& input) const {
    start(std::string(what.name()), std::move(instance),
          detail::encode_argument<In>(std::forward<Argument>(input)));
  }
  template <class Out>
  void start_orchestration(const orchestration<Out()>& what, std::string instance) const {
    start(std::string(what.name()), std::move(instance), "null");
  }

  // Cancels an instance of an orchestration. Nothing happens if there is none, or if it has ended.
  void cancel(std::string instance, std::string reason) const;

  // Lets the actor leave memory after this turn, and keep its state; the next command brings it back.
  void retire() const noexcept { turn_->effects.retires = true; }
  // Ends the life of the actor with this turn: its state is gone. A command that comes later begins a new one.
  void destroy() const noexcept { turn_->effects.is_destroyed = true; }

  // To the log, once the turn is committed.
  void trace_debug(std::string text) const { trace(trace_level::debug, std::move(text)); }
  void trace_info(std::string text) const { trace(trace_level::info, std::move(text)); }
  void trace_warn(std::string text) const { trace(trace_level::warn, std::move(text)); }
  void trace_error(std::string text) const { trace(trace_level::error, std::move(text)); }

private:
  void send(detail::told_command what) const;
  void start(std::string name, std::string instance, std::string input) const;
  void trace(trace_level level, std::string text) const;

  detail::actor_turn* turn_;
};

}  // namespace duroxide
