// How a failure of the store travels inside persistence/.
#pragma once

#include "duroxide/provider.hpp"

#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace duroxide::persistence {

// Thrown by the innermost call into the database library, caught by `attempt` at the border of the provider.
// In between, stack unwinding is what rolls transactions back. It never leaves this layer.
class store_failure : public std::exception {
public:
  store_failure(commit_certainty certainty, error_kind kind, std::string message)
      : error_{certainty, kind, std::move(message)} {}

  const store_error& error() const noexcept { return error_; }
  const char* what() const noexcept override { return error_.message.c_str(); }

private:
  store_error error_;
};

// Another connection cannot be made, because somebody has limited their number.
class no_more_connections : public store_failure {
public:
  using store_failure::store_failure;
};

// Runs `body` and gives what it returns, or its failure with `context` ("commit: sqlite:orders.db") in front.
template <class Body> stored<std::invoke_result_t<Body>> attempt(const std::string& context, Body&& body) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
      body();
      return {};
    } else {
      return body();
    }
  } catch (const store_failure& failure) {
    store_error error = failure.error();
    error.message.insert(0, context + ": ");
    return error;
  }
}

}  // namespace duroxide::persistence
