// A runtime on a store, with every turn verified by replay.
#pragma once

#include "duroxide/duroxide.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/stores.hpp"

namespace duroxide::testing_support {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

// Long enough for any machine; a law that holds does not need it.
#ifdef __SANITIZE_THREAD__
inline constexpr auto patience =
    300s;  // it looks long at each message that CAF hands over (tests/support/tsan.supp)
#else
inline constexpr auto patience = 30s;
#endif

inline runtime_options verified() {
  runtime_options options;
  options.verify_replay = true;
  options.on_mismatch = mismatch_policy::fail;  // a difference ends the law at once
  options.unregistered_backoff_base = 5ms;
  options.unregistered_backoff_limit = 20ms;
  return options;
}

// What `operation` throws, which must be an Error.
template <class Error = error, class Operation> error_details details_of(Operation operation) {
  try {
    operation();
  } catch (const Error& e) {
    return e.details();
  }
  FAIL("nothing was thrown");
  return {};
}

template <class Operation> error_kind kind_of(Operation operation) { return details_of(operation).kind; }

}  // namespace duroxide::testing_support
