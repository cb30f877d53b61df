// Activities that are actors.
#pragma once

#include "duroxide/caf/activity_error.hpp"
#include "duroxide/caf/activity_info.hpp"
#include "duroxide/caf/actor_activity_options.hpp"
#include "duroxide/caf/detail/actor_activity.hpp"
#include "duroxide/caf/detail/message_types.hpp"
#include "duroxide/codec.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/runtime.hpp"

#include <caf/actor_cast.hpp>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace duroxide {

namespace detail {

// What is sent for one input.
template <class Request, class... In> struct request_maker {
  static constexpr bool takes_info = std::is_invocable_v<const Request&, In..., const activity_info&>;
  static constexpr bool is_valid = takes_info || std::is_invocable_v<const Request&, In...>;
  static auto make(const Request& request, const activity_info& info, In... input) {
    if constexpr (takes_info)
      return request(std::move(input)..., info);
    else if constexpr (is_valid)
      return request(std::move(input)...);
    else
      return std::tuple<>();
  }
};
template <class... In> struct request_maker<as_contracted, In...> {
  static constexpr bool is_valid = true;
  static auto make(as_contracted, const activity_info&, In... input) {
    return std::tuple<In...>(std::move(input)...);
  }
};

// The output that an answer of these parts gives.
template <class Out, class Answer> struct answer_reader {
  using list = parameters_of<Answer>;
  template <class... Ts> static std::string read(const Answer& answer, Ts&&... parts) {
    if constexpr (std::is_void_v<Out>) {
      answer(std::forward<Ts>(parts)...);
      return "null";
    } else {
      return codec<Out>::encode(answer(std::forward<Ts>(parts)...));
    }
  }
};
template <class Out> struct answer_reader<Out, as_contracted> {
  using list = types<Out>;
  static std::string read(as_contracted, const Out& output) { return codec<Out>::encode(output); }
};
template <> struct answer_reader<void, as_contracted> {
  using list = types<>;
  static std::string read(as_contracted) { return "null"; }
};

template <class Reader, class Answer, class... Ts>
caf::message_handler listener_of(types<Ts...>, std::string activity, Answer answer,
                                 activity_completion done) {
  return {[activity = std::move(activity), answer = std::move(answer), done = std::move(done)](Ts&... parts) {
    report_made(activity, done, [&] { return Reader::read(answer, std::move(parts)...); });
  }};
}

template <class Target, class Request, class Answer, class Out, class... In> struct typed_actor_activity {
  using maker = request_maker<Request, In...>;
  using made = std::decay_t<decltype(maker::make(
      std::declval<const Request&>(), std::declval<const activity_info&>(), std::declval<In>()...))>;
  using message = message_maker<made>;
  using sent = typename message::list;
  using reader = answer_reader<Out, Answer>;
  using heard = typename reader::list;
  using handle = typename actor_source<Target>::handle;

  static constexpr bool has_messages = are_message_types<sent> && are_message_types<heard>;
  static constexpr bool is_accepted = [] {
    if constexpr (message::is_open || !has_messages)
      return true;
    else
      return accepts<handle, sent>;
  }();
  static constexpr bool is_answered = [] {
    if constexpr (message::is_open || !has_messages || !is_accepted)
      return true;
    else
      return answers_with<handle, sent, heard>();
  }();

  static actor_activity make(std::string name, Target target,
                             const actor_activity_options<Request, Answer>& options) {
    actor_activity what;
    what.make_request = [input_name = "the input of activity '" + name + "'",
                         request = options.request()](const std::string& input, const activity_info& info) {
      return message::make(maker::make(request, info, codec<In>::decode(input_name, input)...));
    };
    what.make_listener = [name, answer = options.answer()](activity_completion done) {
      return listener_of<reader>(heard(), name, answer, std::move(done));
    };
    what.find_worker = [target = std::move(target)]() mutable {
      if constexpr (is_actor_handle<Target>)
        return caf::actor_cast<caf::actor>(target);
      else
        return caf::actor_cast<caf::actor>(target());
    };
    what.make_cancel_message = options.cancel_message();
    what.sent = message::is_open ? "its message" : "(" + names_of(sent()) + ")";
    what.expected = "(" + names_of(heard()) + ")";
    what.name = std::move(name);
    return what;
  }
};

template <class Out, class... In, class Target, class Request, class Answer>
void register_typed(runtime& runtime, std::string name, Target target,
                    const actor_activity_options<Request, Answer>& options) {
  constexpr bool has_target = gives_actor<Target>;
  constexpr bool has_request = request_maker<Request, In...>::is_valid;
  static_assert(has_target, "an activity is served by an actor handle, or by a function that returns one");
  static_assert(has_request, "with_request takes a function of (Input) or of (Input, const activity_info&)");
  if constexpr (has_target && has_request) {
    using typed = typed_actor_activity<Target, Request, Answer, Out, In...>;
    static_assert(
        typed::has_messages,
        "a type of this actor activity cannot be a part of a CAF message: give it an inspect function, "
        "write CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type) for one that stays in the process, or send and "
        "expect other types by actor_activity_options (with_request, with_answer)");
    static_assert(typed::is_accepted, "the typed actor does not accept what this activity sends; see "
                                      "actor_activity_options::with_request");
    static_assert(typed::is_answered, "the typed actor does not answer with what this activity expects; see "
                                      "actor_activity_options::with_answer");
    if constexpr (typed::has_messages && typed::is_accepted && typed::is_answered)
      add_actor_activity(runtime, typed::make(std::move(name), std::move(target), options));
  }
}

}  // namespace detail

// Registers an activity that an actor serves, its worker: each run sends it one request, and its answer is the output.
//
// `target` is a caf::actor, a typed actor, whose signatures are checked, or a function that returns either. The
// function is called for each run, by several threads at the same time, and must not block: an actor that was started
// in the place of another is used at once. A null handle, or what it throws, fails that attempt. A handle is kept
// until the runtime has been shut down, so an actor system whose actors serve activities must not be destroyed before.
//
// An answer ends the activity, an error that the worker answers with fails it (duroxide/caf/activity_error.hpp), and
// so does the end of the worker, before it took the request or while it has it, and a request that it gives up without
// an answer. When the activity is cancelled, or when the runtime stops before the answer, the activity ends at once,
// and nothing waits for the worker. There is no timeout but that of the activity (activity_call::with_timeout).
//
// Before start(). Any thread. Throws configuration_error: duplicate_registration if the name is taken,
// invalid_argument if the runtime has been started.
template <class Out, class In, class Target, class Request = detail::as_contracted,
          class Answer = detail::as_contracted>
void register_actor_activity(runtime& runtime, const activity<Out(In)>& what, Target target,
                             const actor_activity_options<Request, Answer>& options = {}) {
  detail::register_typed<Out, In>(runtime, std::string(what.name()), std::move(target), options);
}
template <class Out, class Target, class Request = detail::as_contracted,
          class Answer = detail::as_contracted>
void register_actor_activity(runtime& runtime, const activity<Out()>& what, Target target,
                             const actor_activity_options<Request, Answer>& options = {}) {
  detail::register_typed<Out>(runtime, std::string(what.name()), std::move(target), options);
}

}  // namespace duroxide
