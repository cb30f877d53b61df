#include "persistence/postgres/failures.hpp"

#include <pqxx/except>

#include <new>
#include <stdexcept>
#include <string_view>

namespace duroxide::persistence::postgres {

namespace {

// The context is the text of our own functions, line by line: pages that nobody reads.
std::string without_line_end(std::string text) {
  if (const auto context = text.find("\nCONTEXT:"); context != text.npos) text.erase(context);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string advised(const std::string& report, std::string_view advice) {
  const std::string text = without_line_end(report);
  return text + (text.ends_with('.') ? " " : ". ") + std::string(advice);
}

constexpr std::string_view read_only_state = "25006";

[[noreturn]] void throw_not_done(const std::string& report, std::string_view advice) {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable, advised(report, advice));
}

[[noreturn]] void throw_lost(const std::string& report) {
  throw store_failure(commit_certainty::unknown, error_kind::store_unavailable,
                      advised(report, "The connection to PostgreSQL was lost; it is made again by itself."));
}

[[noreturn]] void throw_unusable(const std::string& report, std::string_view advice) {
  throw store_failure(commit_certainty::broken, error_kind::store_incompatible, advised(report, advice));
}

[[noreturn]] void throw_not_allowed(const std::string& report) {
  throw store_failure(commit_certainty::broken, error_kind::store_unavailable,
                      advised(report, "Grant this user the right to make the schema, or to use it with its "
                                      "tables, sequences and functions."));
}

// What asks for more than a gigabyte at once is refused by the server's allocator, whatever memory there is;
// it has no state of its own.
bool is_too_large(const std::string& state, const std::string& report) {
  return state == "XX000" && report.find("invalid memory alloc request size") != std::string::npos;
}

// By the classes of https://www.postgresql.org/docs/15/errcodes-appendix.html.
[[noreturn]] void throw_by_state(const std::string& state, const std::string& report) {
  const std::string_view group = std::string_view(state).substr(0, 2);
  if (state == "DX001" || state == "23505") throw rows_refused(true, without_line_end(report));
  if (state == "DX003") throw command_repeated(without_line_end(report));
  if (state == "DX002")
    throw store_failure(commit_certainty::fenced, error_kind::store_in_use, without_line_end(report));
  if (group == "22" || group == "23" || group == "54" || is_too_large(state, report))
    throw rows_refused(false, without_line_end(report));
  if (state == "53200")
    throw rows_refused(advised(report, "The server is short of memory; it is tried again."));
  if (state == "57014") throw_not_done(report, "The statement was cancelled; it is tried again.");
  // Shutdown, crash: how far the statement came is not known.
  if (group == "08" || group == "57") throw_lost(report);
  if (state == read_only_state)
    throw_not_done(report, "The server takes no writes: it is a standby, or default_transaction_read_only is "
                           "on. Connect to the primary (target_session_attrs=read-write in the URL chooses "
                           "it), or without read_only; it is tried again.");
  if (state == "26000")
    throw_unusable(report,
                   "Prepared statements do not stay: there is a transaction pooler in front. Connect to "
                   "PostgreSQL itself, or use session pooling.");
  if (group == "42" || group == "3F")
    throw_unusable(report, "The schema is not the one that it says it is, or this is a bug of duroxide.");
  if (group == "53") throw_not_done(report, "Free disk space, memory or connections; it is tried again.");
  throw_not_done(report, "It is tried again.");
}

}  // namespace

void throw_translated() {
  try {
    throw;
  } catch (const pqxx::broken_connection& e) {
    throw_lost(e.what());
  } catch (const pqxx::in_doubt_error& e) {
    throw_lost(e.what());
  } catch (const pqxx::insufficient_privilege& e) {  // its state is lost in libpqxx 6
    throw_not_allowed(e.what());
  } catch (const pqxx::transaction_rollback& e) {  // a deadlock, or a serialization failure
    throw_not_done(e.what(), "It is tried again.");
  } catch (const pqxx::sql_error& e) {
    throw_by_state(e.sqlstate(), e.what());
  } catch (const std::runtime_error& e) {
    throw_lost(e.what());
  } catch (const std::logic_error& e) {
    throw_lost(e.what());
  }
}

void require_sendable(std::size_t bytes) {
  constexpr std::size_t most =
      (std::size_t{1} << 30U) - (std::size_t{1} << 20U);  // the rest is for the frame
  if (bytes > most)
    throw rows_refused(false, "the arguments of one statement have " + std::to_string(bytes) +
                                  " bytes; PostgreSQL takes " + std::to_string(most));
}

bool is_refused_write() {
  try {
    throw;
  } catch (const pqxx::sql_error& e) {
    return e.sqlstate() == read_only_state;
  } catch (...) {
    return false;
  }
}

void throw_not_connected() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    const std::string report = e.what();
    if (report.find("too many c") != report.npos ||
        report.find("connection slots are reserved") != report.npos)
      throw no_more_connections(
          commit_certainty::not_done, error_kind::store_unavailable,
          advised(report,
                  "A provider uses up to eleven connections: raise the limit (max_connections, or the "
                  "CONNECTION LIMIT of the user or the database), or let fewer processes use it."));
    throw_not_done(report, "Check that the server runs, and the URL's host, port, user, password and "
                           "database.");
  }
}

}  // namespace duroxide::persistence::postgres
