// What PostgreSQL says when it cannot, in the terms of the provider contract.
#pragma once

#include "persistence/store_failure.hpp"

#include <cstddef>
#include <string>

namespace duroxide::persistence::postgres {

// The statement was refused because of the rows that it was given: nothing was written, and the same rows
// would be refused again. Fewer at a time may not be.
class rows_refused : public store_failure {
public:
  rows_refused(bool untrue, const std::string& message)
      : store_failure(commit_certainty::broken, error_kind::store_incompatible, message), untrue_(untrue) {}
  // They were too much for the memory that the server had: at another time they may not be.
  explicit rows_refused(const std::string& message)
      : store_failure(commit_certainty::not_done, error_kind::store_unavailable, message) {}

  // A row that had to be there was not, or one was there that must not be. Otherwise the store cannot keep
  // the rows at all.
  bool untrue() const noexcept { return untrue_; }

private:
  bool untrue_ = false;
};

// They answer a command that has an answer already.
class command_repeated final : public rows_refused {
public:
  explicit command_repeated(const std::string& message) : rows_refused(true, message) {}
};

// Throws what the exception of libpqxx that is being handled means: store_failure, with commit_certainty::unknown
// if the connection went in the middle of the statement, or rows_refused.
[[noreturn]] void throw_translated();

// Throws rows_refused if a statement with so many bytes of arguments is too large for PostgreSQL, which would
// not say so but end the session.
void require_sendable(std::size_t bytes);

// As throw_translated, for an attempt to connect: nothing was written then.
[[noreturn]] void throw_not_connected();

// Whether the exception that is being handled says that the server takes no writes.
bool is_refused_write();

}  // namespace duroxide::persistence::postgres
