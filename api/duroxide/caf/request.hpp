// Typed requests to the client actor.
#pragma once

#include "duroxide/caf/client_actor.hpp"
#include "duroxide/caf/errors.hpp"
#include "duroxide/caf/operations.hpp"

#include <caf/duration.hpp>
#include <caf/event_based_actor.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace duroxide {

namespace detail {

// A limit of any unit; negative, or no number: -1 ms, which is refused.
template <class Rep, class Period> duration limit_of_request(std::chrono::duration<Rep, Period> limit) {
  using precise = std::chrono::duration<long double, std::milli>;
  const precise length = limit;
  if (length >= precise(longest_delay)) return no_limit;
  if (!(length >= precise(0))) return duration(-1);
  return std::chrono::ceil<duration>(length);
}

template <class Message, class Convert> struct answer_of_operation {
  using wire = typename Message::answer;
  using type = std::invoke_result_t<const Convert&, wire&>;
};
template <class Message, class Convert>
requires std::is_void_v<typename Message::answer>
struct answer_of_operation<Message, Convert> {
  using wire = void;
  using type = void;
};

template <class OnValue, class Answer>
concept takes_answer = std::invocable<OnValue&, Answer>;
template <class OnValue>
concept takes_nothing = std::invocable<OnValue&>;

// What becomes of the answer, on the thread of the actor that asked.
template <class Convert, class OnValue, class OnError> struct answer_handlers {
  Convert convert;
  OnValue on_value;
  OnError on_error;
  std::optional<error_details> refused;

  template <class Answer, class Wire> void answered(Wire& wire) {
    std::optional<lifted<Answer>> value;
    error_details why;
    try {
      if constexpr (std::is_void_v<Answer>) {
        convert(wire);
        value.emplace();
      } else {
        value.emplace(convert(wire));
      }
    } catch (...) {
      why = details_of_current_exception(error_kind::invalid_payload, {});
    }
    if (!value)
      on_error(std::as_const(why));
    else if constexpr (std::is_void_v<Answer>)
      on_value();
    else
      on_value(std::move(*value));
  }
  void failed(const caf::error& error) {
    const error_details why = refused ? *refused : to_error_details(error);
    on_error(why);
  }
};

}  // namespace detail

// A request that has been sent. Use exactly one of its members, at once; they are CAF's.
template <class Answer, class Wire, class Convert, class Handle> class [[nodiscard]] pending_answer {
public:
  pending_answer(Handle handle, Convert convert, std::optional<error_details> refused)
      : handle_(std::move(handle)), convert_(std::move(convert)), refused_(std::move(refused)) {}

  // Calls `on_value` with the answer, or `on_error` with `const error_details&`, when it is there. Other messages are
  // handled meanwhile.
  template <class OnValue, class OnError> void then(OnValue on_value, OnError on_error) {
    use(std::move(on_value), std::move(on_error),
        [this](auto value, auto error) { handle_.then(std::move(value), std::move(error)); });
  }
  // The same, but other messages are not handled before.
  template <class OnValue, class OnError> void await(OnValue on_value, OnError on_error) {
    use(std::move(on_value), std::move(on_error),
        [this](auto value, auto error) { handle_.await(std::move(value), std::move(error)); });
  }
  // For blocking actors, such as caf::scoped_actor: returns when one of the two has been called.
  template <class OnValue, class OnError> void receive(OnValue on_value, OnError on_error) {
    use(std::move(on_value), std::move(on_error),
        [this](auto value, auto error) { handle_.receive(std::move(value), std::move(error)); });
  }

private:
  template <class OnValue, class OnError, class Give>
  void use(OnValue on_value, OnError on_error, Give give) {
    static_assert(std::invocable<OnError&, const error_details&>,
                  "the second function must take const duroxide::error_details&");
    if constexpr (std::is_void_v<Answer>)
      static_assert(detail::takes_nothing<OnValue>,
                    "the operation has no answer: the first function takes nothing");
    else
      static_assert(detail::takes_answer<OnValue, Answer>,
                    "the first function must take the answer of the operation");
    using handlers = detail::answer_handlers<Convert, OnValue, OnError>;
    auto both = std::make_shared<handlers>(
        handlers{std::move(convert_), std::move(on_value), std::move(on_error), std::move(refused_)});
    auto failed = [both](caf::error& e) { both->failed(e); };
    if constexpr (std::is_void_v<Wire>)
      give([both] { both->on_value(); }, failed);
    else
      give([both](Wire& wire) { both->template answered<Answer>(wire); }, failed);
  }

  Handle handle_;
  Convert convert_;
  std::optional<error_details> refused_;
};

// Sends an operation of operations.hpp to the client actor, and never blocks. `self` is whatever may request: a pointer
// to an event-based, stateful or typed actor, or a caf::scoped_actor. The answer comes within `limit`, of any unit,
// which the client actor keeps, or is an error of kind timed_out; duroxide::no_limit is none. Every failure arrives as
// error_details: those of the operation, what is not legal, limit_exceeded if the client actor has too much to do, and
// runtime_stopped if it is gone. What cannot be known is that the connection to a client actor on another node broke:
// monitor that actor, as CAF has it. Do not use CAF's timed requests for this: its clock can deadlock.
template <class Self, class Rep, class Period, class Message, class Convert>
auto request(const Self& self, const client_actor& client, std::chrono::duration<Rep, Period> limit,
             operation<Message, Convert> what) {
  using answer = detail::answer_of_operation<Message, Convert>;
  what.message.limit = detail::limit_of_request(limit);
  // To nobody: CAF answers with an error, in the same way as everything else.
  const client_actor& receiver = what.refused ? client_actor() : client;
  auto handle = self->request(receiver, caf::infinite, std::move(what.message));
  return pending_answer<typename answer::type, typename answer::wire, Convert, decltype(handle)>(
      std::move(handle), std::move(what.convert), std::move(what.refused));
}

}  // namespace duroxide
