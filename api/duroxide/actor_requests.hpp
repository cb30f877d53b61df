// What the code of a durable actor may ask to be done when its command is committed.
#pragma once

#include "duroxide/contracts.hpp"
#include "duroxide/detail/actor_effects.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/durable_actor.hpp"

#include <string>
#include <utility>

namespace duroxide {

// Nothing here has an effect before the command is committed, together with the state and the answer. A command that
// fails has asked for nothing.
class actor_requests {
public:
  const actor_address& self() const noexcept { return turn_->self; }
  const std::string& key() const noexcept { return turn_->self.key(); }
  // Of this command: what its sender repeats it by. Empty if it cannot be repeated.
  const std::string& command_id() const noexcept { return turn_->command_id; }

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

  // Lets the actor leave memory after this command, and keep its state; the next command brings it back.
  void retire() const noexcept { turn_->effects.retires = true; }
  // Ends the life of the actor with this command: its state is gone. A command that comes later begins a new one.
  void destroy() const noexcept { turn_->effects.is_destroyed = true; }

protected:
  explicit actor_requests(detail::actor_turn& turn) noexcept : turn_(&turn) {}
  detail::actor_turn& turn() const noexcept { return *turn_; }

private:
  void send(detail::told_command what) const;
  void start(std::string name, std::string instance, std::string input) const;

  detail::actor_turn* turn_;
};

}  // namespace duroxide
