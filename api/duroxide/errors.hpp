// What can go wrong, as values (error_details) and as exceptions (error and its kinds).
#pragma once

#include "duroxide/detail/same_build.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace duroxide {

// Who has to act: the author of the code, the one who configured it, the operator of the store, or
// whoever can find out why a piece of work kills its process.
enum class error_category : std::uint8_t { application, configuration, infrastructure, poison };

enum class error_kind : std::uint8_t {
  activity_failed,
  orchestration_failed,
  panicked,  // a handler threw something that is not a std::exception
  cancelled,
  timed_out,
  nondeterminism,
  limit_exceeded,
  invalid_payload,
  invalid_argument,
  not_registered,
  duplicate_registration,
  instance_not_found,
  instance_terminal,
  instance_running,
  already_exists,
  runtime_stopped,
  store_unavailable,
  store_in_use,
  store_incompatible,
  store_gone,  // what the program has open is not there any more; only opening a store anew helps
  corrupted_history,
  attempts_exhausted,
  command_failed,   // the handler of a durable actor's command threw
  command_too_old,  // a command was sent again when its answer was not kept any more: it is not applied again
  terminated,       // somebody has ended the instance as failed, without its code
};

std::string_view to_string(error_category category);
std::string_view to_string(error_kind kind);

// The inverse of to_string. Throw std::invalid_argument for any other word.
error_category error_category_from(std::string_view text);
error_kind error_kind_from(std::string_view text);

// A failure as a value: what histories store and what travels from child to parent.
struct error_details {
  error_category category = error_category::application;
  error_kind kind = error_kind::orchestration_failed;
  std::string message;
  std::string source;     // the activity or orchestration that failed; empty where there is none
  bool retryable = true;  // false: a retry policy gives up at once
  // What the exception is called in the language of the handler, as "ValueError", and where it came from, as
  // that language writes it. For people: nothing is decided by them, and they may be different in a replay.
  // Empty unless a handler throws a duroxide::error with them; a std::exception has neither. They go wherever
  // the other members go, and are kept as long. At most limits::error_type_bytes and limits::error_text_bytes;
  // what is longer is cut.
  std::string type{};
  std::string stack{};

  bool operator==(const error_details&) const = default;
};

// The base of every exception that this library throws on purpose. A handler that throws one fails with these
// details as they are, but for a source, which it is given if it has none, and for the category of what an
// activity throws, which is always `application`.
class error : public std::runtime_error {
public:
  explicit error(error_details details) : std::runtime_error(details.message), details_(std::move(details)) {}

  const error_details& details() const noexcept { return details_; }
  error_category category() const noexcept { return details_.category; }
  error_kind kind() const noexcept { return details_.kind; }

private:
  error_details details_;
};

// An awaited activity failed; what() is the text of the exception that the activity threw.
class activity_failed : public error {
public:
  using error::error;
};

// An awaited sub-orchestration failed or was cancelled.
class sub_orchestration_failed : public error {
public:
  using error::error;
};

// A durable actor answered a command with an error: what the handler threw, or why the command was not applied.
class command_failed : public error {
public:
  using error::error;
};

// A with_timeout elapsed in an orchestration, or a client's wait did.
class timeout_error : public error {
public:
  explicit timeout_error(std::string message)
      : error({error_category::application, error_kind::timed_out, std::move(message), {}}) {}
};

// A client waited for an orchestration that failed (kind() says how) or was cancelled (kind() cancelled).
class orchestration_failed : public error {
public:
  using error::error;
};

// Thrown by an activity whose failure no further attempt would mend: a retry policy gives up at once.
class final_error : public error {
public:
  explicit final_error(std::string message)
      : error({error_category::application, error_kind::activity_failed, std::move(message), {}, false}) {}
};

// A value is larger, or there are more of them, than limits.hpp and runtime_options allow.
class limit_error : public error {
public:
  explicit limit_error(std::string message)
      : error({error_category::application, error_kind::limit_exceeded, std::move(message), {}, false}) {}
};

// Wrong use: a bad name, a duplicate registration, a missing handler, a payload of the wrong type.
class configuration_error : public error {
public:
  configuration_error(error_kind kind, std::string message)
      : error({error_category::configuration, kind, std::move(message), {}}) {}
};

// The store or the runtime cannot do it now: unreachable, in use, incompatible, gone, stopped.
class infrastructure_error : public error {
public:
  infrastructure_error(error_kind kind, std::string message)
      : error({error_category::infrastructure, kind, std::move(message), {}}) {}
};

// A client named an instance that does not exist, or one that has already ended.
class instance_error : public error {
public:
  instance_error(error_kind kind, std::string message)
      : error({error_category::application, kind, std::move(message), {}}) {}
};

// The value of the exception that is being handled, for a failure of `source`. A std::exception that is
// no duroxide::error becomes an application error of kind `otherwise`, without type and stack. Its texts are
// cut to limits::error_text_bytes, and its type to limits::error_type_bytes.
// REQUIRES: called from a catch handler.
error_details details_of_current_exception(error_kind otherwise, std::string_view source);

}  // namespace duroxide
