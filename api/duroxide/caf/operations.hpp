// The operations of a client as values, made from contracts, for `request` (request.hpp). Making one asks nobody
// anything and does not throw: what is not legal becomes the error of the request, and nothing is sent.
#pragma once

#include "duroxide/caf/client_messages.hpp"
#include "duroxide/client.hpp"
#include "duroxide/codec.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/detail/arguments.hpp"
#include "duroxide/instance_handle.hpp"
#include "duroxide/label.hpp"

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace duroxide {

// A message, and what its answer becomes for whoever asked.
template <class Message, class Convert> struct [[nodiscard]] operation {
  Message message{};
  Convert convert{};
  std::optional<error_details> refused{};  // why it is not sent

  // Waits only: also for an instance that does not exist yet, within the same limit.
  operation until_exists() const requires requires(Message m) { m.if_absent; }
  {
    operation patient = *this;
    patient.message.if_absent = absent_instance::wait;
    return patient;
  }
};

namespace detail {

// Calls `fill` with the message; what that throws refuses the operation.
template <class Operation, class Fill> Operation filled(Operation made, Fill fill) {
  try {
    fill(made.message);
  } catch (...) {
    made.refused = details_of_current_exception(error_kind::invalid_payload, {});
  }
  return made;
}

struct no_answer {
  void operator()() const {}
};
struct same_answer {
  template <class T> T operator()(T& answer) const { return std::move(answer); }
};
template <class Out> struct decoded_output {
  std::string orchestration;
  Out operator()(instance_status& ended) const {
    require_completed(orchestration, ended);
    if constexpr (!std::is_void_v<Out>)
      return codec<Out>::decode("the output of orchestration '" + orchestration + "'", ended.output);
  }
};
template <class T> struct decoded_value {
  std::string key;
  T operator()(std::string& value) const { return codec<T>::decode("the value of key '" + key + "'", value); }
};
template <class T> struct decoded_entry {
  std::string key;
  std::optional<T> operator()(std::vector<kv_entry>& found) const {
    if (found.empty()) return std::nullopt;
    return decoded_value<T>{key}(found.front().value);
  }
};
template <class Out> struct decoded_answer_of {
  std::string name;
  Out operator()(std::string& text) const { return decoded_answer<Out>(name, text); }
};
struct all_entries {
  std::map<std::string, json_text> operator()(std::vector<kv_entry>& found) const;
};

}  // namespace detail

// What each operation does, and which errors it may give, is said with the operation of the same name in client.hpp
// and instance_handle.hpp. Its answer is named here.
namespace op {

// -- start: start_result ------------------------------------------------------

using start_operation = operation<messages::start, detail::same_answer>;
using raise_operation = operation<messages::raise, detail::no_answer>;
using enqueue_operation = operation<messages::enqueue, detail::no_answer>;

template <class Out, class In, class Argument>
start_operation start(const orchestration<Out(In)>& contract, std::string instance, Argument&& input,
                      start_options options = {}) {
  return detail::filled(start_operation{}, [&](messages::start& m) {
    m.what = {std::string(contract.name()), std::move(instance),
              detail::encode_argument<In>(std::forward<Argument>(input)), std::move(options)};
  });
}
template <class Out>
start_operation start(const orchestration<Out()>& contract, std::string instance,
                      start_options options = {}) {
  return {{{std::string(contract.name()), std::move(instance), "null", std::move(options)}}, {}, {}};
}
// Its input is JSON.
start_operation start(start_request what);

// -- signals: nothing ---------------------------------------------------------

template <class T, class Argument>
raise_operation raise(const event<T>& contract, std::string instance, Argument&& payload) {
  return detail::filled(raise_operation{}, [&](messages::raise& m) {
    m.instance = std::move(instance);
    m.event = contract.name();
    m.payload = detail::encode_argument<T>(std::forward<Argument>(payload));
  });
}
raise_operation raise(std::string event, std::string instance, json_text payload);

template <class T, class Argument>
enqueue_operation enqueue(const event_queue<T>& contract, std::string instance, Argument&& payload) {
  return detail::filled(enqueue_operation{}, [&](messages::enqueue& m) {
    m.instance = std::move(instance);
    m.queue = contract.name();
    m.payload = detail::encode_argument<T>(std::forward<Argument>(payload));
  });
}
enqueue_operation enqueue(std::string queue, std::string instance, json_text payload);

operation<messages::cancel, detail::no_answer> cancel(std::string instance, std::string reason);
operation<messages::terminate, detail::no_answer> terminate(std::string instance, std::string reason);
operation<messages::pause, detail::no_answer> pause(std::string instance, std::string reason,
                                                    reach scope = reach::alone);
operation<messages::resume, detail::no_answer> resume(std::string instance, reach scope = reach::alone);

// A text, a number, true or false, or a time.
template <class T>
operation<messages::change_label, detail::no_answer> set_label(std::string instance, std::string name,
                                                               const T& value) {
  return {{std::move(instance), {.wanted = make_label(std::move(name), value)}}, {}, {}};
}
operation<messages::change_label, detail::no_answer> clear_label(std::string instance, std::string name);

// -- start and signal: start_result -------------------------------------------
// Starts the instance unless it exists, then sends it the message; both are for the same id. The answer comes when both
// are durable. A failure between the two leaves the instance started, without the message: repeat the operation, which
// is harmless for the start. The message, however, is sent again by each repetition. If the options say that the
// instance must not exist and it does (already_exists), no message is sent. An instance that has ended takes none
// (instance_terminal). An event reaches only a wait that is open when it comes, which a fresh instance may not have got
// to yet; a message in a queue waits for its reader.

operation<messages::start_and_raise, detail::same_answer> start_and(start_operation first,
                                                                    raise_operation second);
operation<messages::start_and_enqueue, detail::same_answer> start_and(start_operation first,
                                                                      enqueue_operation second);

// -- state --------------------------------------------------------------------

// instance_status; status not_found for an unknown instance.
operation<messages::status, detail::same_answer> status(std::string instance);
// instance_status: how the instance ended.
operation<messages::wait, detail::same_answer> wait(std::string instance);
// The output, as soon as the instance has ended; the error of the orchestration if it failed or was cancelled.
template <class Signature>
operation<messages::wait, detail::decoded_output<typename orchestration<Signature>::output>>
result(const orchestration<Signature>& contract, std::string instance) {
  return {{std::move(instance)}, {std::string(contract.name())}, {}};
}
// instance_status, with a custom status of a version above `last_seen`, or of an instance that has ended.
operation<messages::status_change, detail::same_answer> status_change(std::string instance,
                                                                      std::uint64_t last_seen);
// std::vector<activity_state>.
operation<messages::activities, detail::same_answer> activities(std::string instance);

// -- many instances -------------------------------------------------------------
// They do what `admin` does, also in another process.

// instance_page: of what the filter lets through.
operation<messages::list, detail::same_answer> list(std::string filter, page_request page = {});
// std::vector<group_count>: by the values of a field or a label, the largest first; of all, if there is no group.
operation<messages::count, detail::same_answer> count(std::string filter, std::string group = {});

// -- the key-value store ------------------------------------------------------

// std::optional<T>; json_text for values of any type.
template <class T = json_text>
operation<messages::kv_value, detail::decoded_entry<T>> kv_value(std::string instance, std::string key) {
  return {{std::move(instance), key}, {std::move(key)}, {}};
}
// std::map<std::string, json_text>.
operation<messages::kv_values, detail::all_entries> kv_values(std::string instance);
// T, as soon as the key has a value.
template <class T = json_text>
operation<messages::wait_for_kv_value, detail::decoded_value<T>> wait_for_kv_value(std::string instance,
                                                                                   std::string key) {
  return {{std::move(instance), key}, {std::move(key)}, {}};
}

// -- durable actors -----------------------------------------------------------
// What `client::ask` and `client::tell` say counts here too. `id`: what a command is sent again by (command_id.hpp).

// The answer of the command, when it is durable.
template <class Out, class In, class Argument>
operation<messages::ask, detail::decoded_answer_of<Out>>
ask(const actor_address& receiver, const command<Out(In)>& what, Argument&& input, std::string id = {}) {
  return detail::filled(
      operation<messages::ask, detail::decoded_answer_of<Out>>{{}, {std::string(what.name())}, {}},
      [&](messages::ask& m) {
        m = {receiver.kind(), receiver.key(), std::string(what.name()),
             detail::encode_argument<In>(std::forward<Argument>(input)), std::move(id)};
      });
}
template <class Out>
operation<messages::ask, detail::decoded_answer_of<Out>>
ask(const actor_address& receiver, const command<Out()>& what, std::string id = {}) {
  return {{receiver.kind(), receiver.key(), std::string(what.name()), "null", std::move(id)},
          {std::string(what.name())},
          {}};
}

// Nothing.
template <class Out, class In, class Argument>
operation<messages::tell, detail::no_answer> tell(const actor_address& receiver, const command<Out(In)>& what,
                                                  Argument&& input, std::string id = {}) {
  return detail::filled(operation<messages::tell, detail::no_answer>{}, [&](messages::tell& m) {
    m = {receiver.kind(), receiver.key(), std::string(what.name()),
         detail::encode_argument<In>(std::forward<Argument>(input)), std::move(id)};
  });
}
template <class Out>
operation<messages::tell, detail::no_answer> tell(const actor_address& receiver, const command<Out()>& what,
                                                  std::string id = {}) {
  return {{receiver.kind(), receiver.key(), std::string(what.name()), "null", std::move(id)}, {}, {}};
}

// The answer of the query.
template <class Out, class In, class Argument>
operation<messages::query, detail::decoded_answer_of<Out>> ask(const actor_address& receiver,
                                                               const query<Out(In)>& what, Argument&& input) {
  return detail::filled(
      operation<messages::query, detail::decoded_answer_of<Out>>{{}, {std::string(what.name())}, {}},
      [&](messages::query& m) {
        m = {receiver.kind(), receiver.key(), std::string(what.name()),
             detail::encode_argument<In>(std::forward<Argument>(input))};
      });
}
template <class Out>
operation<messages::query, detail::decoded_answer_of<Out>> ask(const actor_address& receiver,
                                                               const query<Out()>& what) {
  return {
      {receiver.kind(), receiver.key(), std::string(what.name()), "null"}, {std::string(what.name())}, {}};
}

}  // namespace op

}  // namespace duroxide
