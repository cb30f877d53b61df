// Failures as problem documents (RFC 9457).
#pragma once

#include "duroxide/errors.hpp"
#include "api/http/message.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace duroxide::http {

// An argument that has not the right form, or is missing.
class bad_parameter : public configuration_error {
public:
  bad_parameter(std::string parameter, std::string message)
      : configuration_error(error_kind::invalid_argument, std::move(message)),
        parameter_(std::move(parameter)) {}

  const std::string& parameter() const noexcept { return parameter_; }

private:
  std::string parameter_;
};

// `kind` is for programs, `detail` for people.
response problem(unsigned status, std::string_view kind, std::string_view detail);

unsigned status_of(const error_details& failure);
response problem_of(const error_details& failure);
// REQUIRES: called from a catch handler.
response problem_of_current_exception();

// What says that the server has too much to do, or is about to stop.
response overloaded(std::string_view detail);

}  // namespace duroxide::http
