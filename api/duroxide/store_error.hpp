// How a store reports a failure.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/result.hpp"

#include <cstdint>
#include <string>

namespace duroxide {

// What is certain about a failed operation.
enum class commit_certainty : std::uint8_t {
  not_done,  // nothing was written; trying again may help (busy, disk full, connection refused)
  unknown,   // it may or may not have been written (the connection died inside the commit)
  fenced,    // nothing was written, and nothing ever will be for this writer: its epoch is over
  broken,    // the store cannot be used: not a database, newer schema, corrupted row
};

struct store_error {
  commit_certainty certainty = commit_certainty::not_done;
  error_kind kind = error_kind::store_unavailable;
  std::string message;  // names the operation, the store and what to do; never a secret

  // The error, as clients and orchestrations get it.
  error_details details() const { return {error_category::infrastructure, kind, message, {}}; }
  [[noreturn]] void raise() const { throw infrastructure_error(kind, message); }
};

template <class T> using stored = result<T, store_error>;

}  // namespace duroxide
