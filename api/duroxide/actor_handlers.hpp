// The code of a durable actor: what runtime::register_actor is told.
#pragma once

#include "duroxide/actor_context.hpp"
#include "duroxide/actor_task_context.hpp"
#include "duroxide/codec.hpp"
#include "duroxide/detail/exception_text.hpp"
#include "duroxide/detail/root_branch.hpp"
#include "duroxide/task.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace duroxide {

namespace detail {

// The state of an actor, whatever its type.
class actor_value {
public:
  actor_value() = default;
  actor_value& operator=(const actor_value&) = delete;
  virtual ~actor_value() = default;

  virtual std::unique_ptr<actor_value> copy() const = 0;
  virtual std::string encode() const = 0;

protected:
  actor_value(const actor_value&) = default;
};

template <class State> class typed_actor_value final : public actor_value {
public:
  explicit typed_actor_value(State initial) : state(std::move(initial)) {}
  std::unique_ptr<actor_value> copy() const override { return std::make_unique<typed_actor_value>(*this); }
  std::string encode() const override { return codec<State>::encode(state); }

  State state;
};

template <class State> State& state_in(actor_value& value) {
  return static_cast<typed_actor_value<State>&>(value).state;
}
template <class State> const State& state_in(const actor_value& value) {
  return static_cast<const typed_actor_value<State>&>(value).state;
}

// JSON text in, JSON text out. An exception is the failure.
using command_handler =
    std::function<std::string(actor_context& context, actor_value& state, const std::string& input)>;
// Of a command that awaits something: makes its coroutine, which works on this state until it ends.
using task_handler = std::function<branch_ptr<json_text>(
    const orchestration_context& context, actor_turn& turn, actor_value& state, const std::string& input)>;
using query_handler = std::function<std::string(const actor_value& state, const std::string& input)>;

// All code of one kind of actor.
struct actor_handlers {
  std::string name;
  std::string version = "1";
  std::function<std::unique_ptr<actor_value>()> make;
  // Reads a state that was stored with this version. Throws if it cannot.
  std::function<std::unique_ptr<actor_value>(const std::string& version, const std::string& text)> read;
  std::map<std::string, command_handler> commands;
  std::map<std::string, task_handler> tasks;
  std::map<std::string, query_handler> queries;

  bool knows(const std::string& what) const {
    return commands.contains(what) || tasks.contains(what) || queries.contains(what);
  }
};

template <class Out, class Call> std::string encoded_result(Call&& call) {
  if constexpr (std::is_void_v<Out>) {
    call();
    return "null";
  } else {
    return codec<Out>::encode(call());
  }
}

// Throws configuration_error (duplicate_registration).
[[noreturn]] void throw_second_handler(const std::string& actor, const std::string& name);
// Throws configuration_error (invalid_payload): there is no way from that version to this one.
[[noreturn]] void throw_no_migration(const std::string& actor, const std::string& version,
                                     const std::string& stored);

}  // namespace detail

// What a kind of actor does with its commands and queries. Made by runtime::register_actor; each member returns it, so
// that calls can be chained. All throw configuration_error: duplicate_registration if there is a handler of that name
// already, invalid_argument if the runtime has been started.
template <class State> class actor_registration {
public:
  explicit actor_registration(std::shared_ptr<detail::actor_handlers> handlers)
      : handlers_(std::move(handlers)) {}

  // A command: Out handler(actor_context&, State&, In). It may change the state; if it throws, the state is as it was
  // before, and the sender gets the exception as an error. It runs on a thread of the runtime and must not block it.
  // Several actors run at the same time, so what it captures must be thread-safe.
  template <class Out, class In, class Handler>
  requires std::is_invocable_v<Handler&, actor_context&, State&, In> actor_registration&
  on(const command<Out(In)>& what, Handler handler) {
    std::string input_name = "the input of command '" + std::string(what.name()) + "'";
    return add_command(
        std::string(what.name()),
        [handler = std::move(handler), input_name = std::move(input_name)](
            actor_context& context, detail::actor_value& state, const std::string& input) mutable {
          In decoded = codec<In>::decode(input_name, input);
          return detail::encoded_result<Out>(
              [&]() -> Out { return handler(context, detail::state_in<State>(state), std::move(decoded)); });
        });
  }
  template <class Out, class Handler>
  requires std::is_invocable_v<Handler&, actor_context&, State&> actor_registration&
  on(const command<Out()>& what, Handler handler) {
    return add_command(std::string(what.name()),
                       [handler = std::move(handler)](actor_context& context, detail::actor_value& state,
                                                      const std::string&) mutable {
                         return detail::encoded_result<Out>(
                             [&]() -> Out { return handler(context, detail::state_in<State>(state)); });
                       });
  }

  // A command that awaits something: task<Out> handler(actor_task_context, State&, In), which captures nothing.
  template <class Out, class In, class Handler>
  requires std::is_same_v<std::invoke_result_t<Handler&, actor_task_context, State&, In>, task<Out>>
      actor_registration& on(const command<Out(In)>& what, Handler handler) {
    static_assert(std::is_empty_v<Handler> || std::is_pointer_v<Handler>,
                  "a handler that awaits captures nothing: a closure would be different when it runs again");
    std::string input_name = "the input of command '" + std::string(what.name()) + "'";
    return add_task(std::string(what.name()),
                    [handler, input_name = std::move(input_name)](
                        const orchestration_context& context, detail::actor_turn& turn,
                        detail::actor_value& state,
                        const std::string& input) -> detail::branch_ptr<json_text> {
                      return std::make_unique<detail::root_branch<Out>>(
                          handler(actor_task_context(context, turn), detail::state_in<State>(state),
                                  codec<In>::decode(input_name, input))
                              .release());
                    });
  }
  template <class Out, class Handler>
  requires std::is_same_v<std::invoke_result_t<Handler&, actor_task_context, State&>, task<Out>>
      actor_registration& on(const command<Out()>& what, Handler handler) {
    static_assert(std::is_empty_v<Handler> || std::is_pointer_v<Handler>,
                  "a handler that awaits captures nothing: a closure would be different when it runs again");
    return add_task(
        std::string(what.name()),
        [handler](const orchestration_context& context, detail::actor_turn& turn, detail::actor_value& state,
                  const std::string&) -> detail::branch_ptr<json_text> {
          return std::make_unique<detail::root_branch<Out>>(
              handler(actor_task_context(context, turn), detail::state_in<State>(state)).release());
        });
  }

  // A query: Out handler(const State&, In).
  template <class Out, class In, class Handler>
  requires std::is_invocable_v<Handler&, const State&, In> actor_registration& on(const query<Out(In)>& what,
                                                                                  Handler handler) {
    std::string input_name = "the input of query '" + std::string(what.name()) + "'";
    return add_query(std::string(what.name()),
                     [handler = std::move(handler), input_name = std::move(input_name)](
                         const detail::actor_value& state, const std::string& input) mutable {
                       In decoded = codec<In>::decode(input_name, input);
                       return detail::encoded_result<Out>([&]() -> Out {
                         return handler(detail::state_in<State>(state), std::move(decoded));
                       });
                     });
  }
  template <class Out, class Handler>
  requires std::is_invocable_v<Handler&, const State&> actor_registration& on(const query<Out()>& what,
                                                                              Handler handler) {
    return add_query(std::string(what.name()), [handler =
                                                    std::move(handler)](const detail::actor_value& state,
                                                                        const std::string&) mutable {
      return detail::encoded_result<Out>([&]() -> Out { return handler(detail::state_in<State>(state)); });
    });
  }

  // The states that are stored from now on have this version. `migrate` makes a State of one with another version:
  // State migrate(const std::string& version, json_text state). What it throws stalls that actor, and nothing is lost.
  template <class Migrate>
  requires std::is_invocable_r_v<State, Migrate&, const std::string&, json_text> actor_registration&
  with_version(std::string version, Migrate migrate) {
    require_valid_id("the version of a state", version);
    handlers_->version = std::move(version);
    handlers_->read = [name = handlers_->name, current = handlers_->version, migrate = std::move(migrate)](
                          const std::string& stored,
                          const std::string& text) mutable -> std::unique_ptr<detail::actor_value> {
      if (stored == current) return read_current(name, text);
      return std::make_unique<detail::typed_actor_value<State>>(migrate(stored, json_text(text)));
    };
    return *this;
  }

  static std::unique_ptr<detail::actor_value> read_current(const std::string& name, const std::string& text) {
    return std::make_unique<detail::typed_actor_value<State>>(
        codec<State>::decode("the state of durable actor '" + name + "'", text));
  }

private:
  actor_registration& add_command(std::string name, detail::command_handler handler) {
    require_new(name);
    handlers_->commands.emplace(std::move(name), std::move(handler));
    return *this;
  }
  actor_registration& add_task(std::string name, detail::task_handler handler) {
    require_new(name);
    handlers_->tasks.emplace(std::move(name), std::move(handler));
    return *this;
  }
  actor_registration& add_query(std::string name, detail::query_handler handler) {
    require_new(name);
    handlers_->queries.emplace(std::move(name), std::move(handler));
    return *this;
  }
  void require_new(const std::string& name) const {
    if (handlers_->knows(name)) detail::throw_second_handler(handlers_->name, name);
  }

  std::shared_ptr<detail::actor_handlers> handlers_;
};

namespace detail {

// Of a kind without handlers as yet.
template <class State> std::shared_ptr<actor_handlers> make_actor_handlers(std::string_view name) {
  static_assert(std::is_copy_constructible_v<State> && std::is_default_constructible_v<State>,
                "the state of a durable actor can be copied, and a new actor has State{}");
  auto made = std::make_shared<actor_handlers>();
  made->name = name;
  made->make = [] { return std::make_unique<typed_actor_value<State>>(State{}); };
  made->read = [kind = std::string(name)](const std::string& stored, const std::string& text) {
    if (stored != "1") throw_no_migration(kind, "1", stored);
    return actor_registration<State>::read_current(kind, text);
  };
  return made;
}

}  // namespace detail
}  // namespace duroxide
