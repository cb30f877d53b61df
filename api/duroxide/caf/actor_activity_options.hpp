// How an activity that is an actor talks to it.
#pragma once

#include "duroxide/caf/activity_info.hpp"

#include <caf/message.hpp>

#include <functional>
#include <utility>

namespace duroxide {

namespace detail {

struct as_contracted {};

// The documented one: cancel_activity_atom and the id.
caf::message default_cancel_message(const activity_info& info);

}  // namespace detail

// A value; each with_* member returns a changed copy. The functions are called on scheduler threads, several at the
// same time, and must not block. What they throw fails the attempt, with its text.
template <class Request = detail::as_contracted, class Answer = detail::as_contracted>
class actor_activity_options {
public:
  actor_activity_options() = default;
  actor_activity_options(Request request, Answer answer,
                         std::function<caf::message(const activity_info&)> cancel_message)
      : request_(std::move(request)), answer_(std::move(answer)), cancel_message_(std::move(cancel_message)) {
  }

  // What is sent to the worker is made by `make`: of (Input) or of (Input, activity_info); of () or (activity_info)
  // for an activity without input. It returns a value, a std::tuple of the parts of the message, or a caf::message,
  // whose types the compiler cannot check. Without it, the input is sent as it is.
  template <class Function> actor_activity_options<Function, Answer> with_request(Function make) const {
    return {std::move(make), answer_, cancel_message_};
  }

  // The output is made by `make` of the parts of the worker's answer, which are its parameters; it is no generic
  // closure. Without it, the answer is the output, and empty for an activity without output.
  template <class Function> actor_activity_options<Request, Function> with_answer(Function make) const {
    return {request_, std::move(make), cancel_message_};
  }

  // When an activity is cancelled, its worker is sent what `make` returns, without a sender. Nobody waits for its
  // answer then, and what it answers is dropped.
  actor_activity_options with_cancel_message(std::function<caf::message(const activity_info&)> make) const {
    return {request_, answer_, std::move(make)};
  }
  // The same with the message (cancel_activity_atom, id), where id is a std::string, activity_info::id.
  actor_activity_options with_cancel_message() const {
    return with_cancel_message(detail::default_cancel_message);
  }

  const Request& request() const noexcept { return request_; }
  const Answer& answer() const noexcept { return answer_; }
  const std::function<caf::message(const activity_info&)>& cancel_message() const noexcept {
    return cancel_message_;
  }

private:
  Request request_{};
  Answer answer_{};
  std::function<caf::message(const activity_info&)> cancel_message_;
};

}  // namespace duroxide
