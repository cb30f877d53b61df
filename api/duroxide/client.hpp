// How programs start instances of orchestrations, and find them.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/answers.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/fwd.hpp"
#include "duroxide/instance_handle.hpp"

#include <memory>
#include <string>
#include <utility>

namespace duroxide {

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
  void begin_start(start_request wanted, reply<start_result> done) const;
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
