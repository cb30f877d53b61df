// How programs start instances of orchestrations, and find them.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/answers.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/durable_actor.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/instance_handle.hpp"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

namespace duroxide {

// How long the answer of a durable actor is waited for: `client.ask(account["ada"], deposit, 500, 5s)`.
struct ask_options {
  ask_options() = default;
  template <class Rep, class Period>
  ask_options(
      std::chrono::duration<Rep, Period> limit)  // NOLINT(google-explicit-constructor): reads as a time
      : timeout(std::chrono::ceil<duration>(limit)) {}

  duration timeout = std::chrono::minutes(1);  // or no_limit
  // What the command is sent again by, as new_command_id makes it (command_id.hpp): it is applied once, and has
  // the same answer each time. Empty: it is sent once.
  std::string id{};
  std::stop_token taken_back{};  // who asks it to stop ends the wait
};

namespace detail {

// Throws configuration_error (invalid_payload).
template <class Out> Out decoded_answer(const std::string& name, const std::string& text) {
  if constexpr (!std::is_void_v<Out>) return codec<Out>::decode("the answer to '" + name + "'", text);
}

}  // namespace detail

// What the two modes of a client have in common.
template <class Mode> class basic_client {
public:
  template <class T> using answer = typename Mode::template answer<T>;

  // -- start ------------------------------------------------------------------
  // Starts an instance; it is durable when the answer is there. If one of this id exists, it is left as it is,
  // and `was_started` of the handle says so; options can ask for something else. Throws
  //   configuration_error    the id, a name or the input is not legal (invalid_argument, invalid_payload); the
  //                          runtime in this process would run the instance and does not know the
  //                          orchestration, or the version asked for (not_registered)
  //   instance_error         the instance exists, and options say that it must not (already_exists)
  //   limit_error            the input is longer than runtime_options::payload_limit (2 MiB without a runtime),
  //                          the value of a label than 1 KiB; there are more than 64 labels
  // and what the members of a handle throw (instance_handle.hpp).

  template <class Out, class In, class Argument>
  answer<basic_typed_handle<Out, Mode>> start(const orchestration<Out(In)>& contract, std::string instance,
                                              Argument&& input, start_options options = {}) const {
    return start_typed<Out>(std::string(contract.name()), std::move(instance),
                            detail::encode_argument<In>(std::forward<Argument>(input)), std::move(options));
  }
  template <class Out>
  answer<basic_typed_handle<Out, Mode>> start(const orchestration<Out()>& contract, std::string instance,
                                              start_options options = {}) const {
    return start_typed<Out>(std::string(contract.name()), std::move(instance), "null", std::move(options));
  }
  // For tools and bindings. `wanted.input` is JSON.
  answer<basic_instance_handle<Mode>> start(start_request wanted) const {
    using handle = basic_instance_handle<Mode>;
    const std::string id = wanted.instance;
    auto [future, done] =
        detail::future_and_reply<handle, start_result>([through = connection_, id](start_result how) {
          return handle(through, id, how == start_result::started);
        });
    begin_start(std::move(wanted), std::move(done));
    return detail::answer_of_call<Mode>(std::move(future), connection_, "start");
  }

  // -- instances that need not exist --------------------------------------------

  basic_instance_handle<Mode> instance(std::string id) const { return {connection_, std::move(id), false}; }
  template <class Signature>
  basic_typed_handle<typename orchestration<Signature>::output, Mode>
  instance(const orchestration<Signature>& contract, std::string id) const {
    return {instance(std::move(id)), std::string(contract.name())};
  }

  // -- durable actors (durable_actor.hpp) -----------------------------------------
  // Any of these may be the first that its actor hears of. They throw configuration_error (invalid_argument,
  // invalid_payload, not_registered), limit_error and infrastructure_error as `start` does.

  // Has the actor apply a command, and gives the answer when it is durable. Throws what the handler has thrown, as an
  // error of kind command_failed; timeout_error; and error of kind cancelled if the wait is taken back. After these
  // two the command may be applied all the same.
  template <class Out, class In, class Argument>
  answer<Out> ask(const actor_address& receiver, const command<Out(In)>& what, Argument&& input,
                  ask_options options = {}) const {
    return ask_typed<Out>(receiver, std::string(what.name()),
                          detail::encode_argument<In>(std::forward<Argument>(input)), std::move(options));
  }
  template <class Out>
  answer<Out> ask(const actor_address& receiver, const command<Out()>& what, ask_options options = {}) const {
    return ask_typed<Out>(receiver, std::string(what.name()), "null", std::move(options));
  }

  // Has the actor apply a command. The answer says that the command is durable; nobody learns how it ends. `id`: what
  // it is sent again by (command_id.hpp); none: it is sent once.
  template <class Out, class In, class Argument>
  answer<void> tell(const actor_address& receiver, const command<Out(In)>& what, Argument&& input,
                    std::string id = {}) const {
    return tell_typed(receiver, std::string(what.name()),
                      detail::encode_argument<In>(std::forward<Argument>(input)), std::move(id));
  }
  template <class Out>
  answer<void> tell(const actor_address& receiver, const command<Out()>& what, std::string id = {}) const {
    return tell_typed(receiver, std::string(what.name()), "null", std::move(id));
  }

  // Reads the state as the last commit left it; that of an actor that does not exist is State{}. Only a client of a
  // runtime can: the code of actors is there.
  template <class Out, class In, class Argument>
  answer<Out> ask(const actor_address& receiver, const query<Out(In)>& what, Argument&& input) const {
    return query_typed<Out>(receiver, std::string(what.name()),
                            detail::encode_argument<In>(std::forward<Argument>(input)));
  }
  template <class Out> answer<Out> ask(const actor_address& receiver, const query<Out()>& what) const {
    return query_typed<Out>(receiver, std::string(what.name()), "null");
  }

  // For tools and bindings. Inputs are JSON.
  answer<json_text> ask(command_request wanted) const {
    auto [future, done] = detail::future_and_reply<json_text, std::string>(
        [](std::string answered) { return json_text(std::move(answered)); });
    begin_ask(std::move(wanted), std::move(done));
    return detail::answer_of_wait<Mode>(std::move(future));
  }
  answer<json_text> ask(query_request wanted) const {
    auto [future, done] = detail::future_and_reply<json_text, std::string>(
        [](std::string answered) { return json_text(std::move(answered)); });
    begin_query(std::move(wanted), std::move(done));
    return detail::answer_of_call<Mode>(std::move(future), connection_, "ask");
  }

protected:
  explicit basic_client(detail::client_connection connection) : connection_(std::move(connection)) {}

  detail::client_connection connection_;

private:
  template <class Out>
  answer<basic_typed_handle<Out, Mode>> start_typed(std::string name, std::string instance, std::string input,
                                                    start_options options) const {
    using handle = basic_typed_handle<Out, Mode>;
    auto [future, done] = detail::future_and_reply<handle, start_result>(
        [through = connection_, instance, name](start_result how) {
          return handle(basic_instance_handle<Mode>(through, instance, how == start_result::started), name);
        });
    begin_start({std::move(name), std::move(instance), std::move(input), std::move(options)},
                std::move(done));
    return detail::answer_of_call<Mode>(std::move(future), connection_, "start");
  }
  template <class Out>
  answer<Out> ask_typed(const actor_address& receiver, std::string name, std::string input,
                        ask_options options) const {
    auto [future, done] = detail::future_and_reply<Out, std::string>(
        [name](const std::string& answered) { return detail::decoded_answer<Out>(name, answered); });
    begin_ask({receiver, std::move(name), std::move(input), std::move(options.id), true, options.timeout,
               std::move(options.taken_back)},
              std::move(done));
    return detail::answer_of_wait<Mode>(std::move(future));
  }
  answer<void> tell_typed(const actor_address& receiver, std::string name, std::string input,
                          std::string id) const {
    auto [future, done] = detail::future_and_reply<void, std::string>([](const std::string&) {});
    begin_ask({receiver, std::move(name), std::move(input), std::move(id), false}, std::move(done));
    return detail::answer_of_call<Mode>(std::move(future), connection_, "tell");
  }
  template <class Out>
  answer<Out> query_typed(const actor_address& receiver, std::string name, std::string input) const {
    auto [future, done] = detail::future_and_reply<Out, std::string>(
        [name](const std::string& answered) { return detail::decoded_answer<Out>(name, answered); });
    begin_query({receiver, std::move(name), std::move(input)}, std::move(done));
    return detail::answer_of_call<Mode>(std::move(future), connection_, "ask");
  }
  void begin_start(start_request wanted, reply<start_result> done) const;
  void begin_ask(command_request wanted, reply<std::string> done) const;
  void begin_query(query_request wanted, reply<std::string> done) const;
};

extern template class basic_client<blocking>;
extern template class basic_client<asynchronous>;

// A client whose members, and those of the handles that it returns, return futures, at once.
class async_client : public basic_client<asynchronous> {
private:
  friend class client;
  using basic_client::basic_client;
};

// A cheap value; copies are the same client. Any thread may use it. Two kinds, same behaviour:
// runtime::client() talks to the runtime in this process; client(provider) needs no runtime here and works
// through the store. Its members, and those of the handles that it returns, block; those of `async` do not.
class client : public basic_client<blocking> {
public:
  explicit client(std::shared_ptr<provider> store);
  explicit client(std::shared_ptr<client_port> port) : basic_client({std::move(port)}) {}

  // A copy whose blocking members, except waits, time out after `limit`; no_limit: never. The default is a minute.
  client with_call_timeout(duration limit) const;

  async_client async() const { return async_client(connection_); }

  // Administration of the store that this client uses (admin.hpp). Throws infrastructure_error (runtime_stopped).
  duroxide::admin admin() const;

  // The same operations without types and futures.
  const std::shared_ptr<client_port>& port() const noexcept { return connection_.port; }
};

}  // namespace duroxide
