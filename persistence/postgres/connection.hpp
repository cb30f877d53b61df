// One session with the server. All that is known of libpqxx is in connection.cpp, failures.cpp and pqxx.hpp.
#pragma once

#include "duroxide/detail/process.hpp"
#include "persistence/postgres/parameters.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::persistence::postgres {

struct server_run;

// The rows that a statement gave.
class row_cursor {
public:
  struct result;
  explicit row_cursor(std::shared_ptr<const result> all) noexcept : all_(std::move(all)) {}

  // Goes to the next row; false after the last one.
  bool next() noexcept;
  // Rows that the statement gave or changed.
  std::size_t affected() const noexcept;

  // All columns of the current row, as they are stored.
  std::vector<std::optional<std::string>> texts() const;

  // Reads the columns of the current row from left to right. NULL reads as zero or empty. A std::string is
  // read as it is stored; `payload_into` says that it is the column of a payload.
  template <class... Values> void into(Values&&... values) const {
    int column = 0;
    (get(column++, values), ...);
  }

private:
  bool is_null(int column) const noexcept;
  std::string_view text(int column) const noexcept;
  std::int64_t number(int column) const;
  void get(int column, std::string& value) const { value = text(column); }
  void get(int column, timestamp& value) const { value = timestamp(duration(number(column))); }
  void get(int column, bool& value) const { value = text(column) == "t"; }
  void get(int column, std::vector<std::int64_t>& value) const;
  void get(int column, std::integral auto& value) const {
    value = static_cast<std::remove_reference_t<decltype(value)>>(number(column));
  }
  template <class T> void get(int column, std::optional<T>& value) const {
    value.reset();
    if (!is_null(column)) get(column, value.emplace());
  }
  template <class T> void get(int column, T into) const requires requires { into.decode(std::string_view()); }
  {
    if (is_null(column)) {
      into.clear();
    } else {
      into.decode(text(column));
    }
  }

  std::shared_ptr<const result> all_;
  std::int64_t at_ = -1;
};

// Targets for row_cursor::into that are columns of payloads.
struct payload_into {
  std::string& bytes;
  void clear() const { bytes.clear(); }
  void decode(std::string_view text) const;
};
struct optional_payload_into {
  std::optional<std::string>& bytes;
  void clear() const { bytes.reset(); }
  void decode(std::string_view text) const;
};

// Used by one thread at a time. Members throw store_failure; once the connection is lost it stays so. The
// child of a fork closes its copy of the socket and does no more: the session is the parent's, and ends with
// it.
class connection {
public:
  // Connects; `settings` are for libpq.
  explicit connection(const std::string& settings);
  ~connection();

  // From now on nothing is left in the session, because the next statement may come to another one, and this
  // one to somebody else: nothing is prepared, and every statement is a transaction, or a part of one, that
  // begins with `settings` ("set local ..."). Costs two round trips a statement.
  void share_sessions(std::string settings);
  bool shares_sessions() const noexcept { return shares_; }

  // The run of the server that the session is in (lineage.hpp): when it is over, the session is lost.
  void is_in(std::shared_ptr<const server_run> run) noexcept { run_ = std::move(run); }
  const std::shared_ptr<const server_run>& run_of_server() const noexcept { return run_; }

  bool is_open() const noexcept;
  // Whether the server has not ended the session either, as far as can be known without asking it.
  bool is_alive() const noexcept;

  // Runs one statement with its arguments ($1, $2, ...). `sql` is a literal: it is prepared when it is first
  // run, and known by its address from then on.
  template <class... Values> row_cursor run(const char* sql, const Values&... values) {
    return run_with(sql, parameters(values...));
  }
  row_cursor run_with(const char* sql, const parameters& values);
  // The first column of the first row; T{} if there is none.
  template <class T, class... Values> T value(const char* sql, const Values&... values) {
    T found{};
    auto row = run(sql, values...);
    if (row.next()) row.into(found);
    return found;
  }
  // For statements that are put together at run time: not prepared, the arguments as text.
  row_cursor run_once(const std::string& sql, const std::vector<std::optional<std::string>>& values);
  // Runs statements without arguments.
  row_cursor run_script(const std::string& sql);

  // What was notified since the last call.
  struct notification {
    std::string channel;
    std::string text;
  };
  void listen(const std::string& channel);
  std::vector<notification> notifications();

  int socket() const noexcept;
  int process_id() const noexcept;
  // A server that has crashed since has ended the session: if it answers, it has not crashed since then.
  std::chrono::steady_clock::time_point began() const noexcept { return began_; }

  // Cuts the connection: a statement that another thread waits for, or begins, fails. From any thread.
  void cut() noexcept;

  // For `transaction`.
  void begin(const std::string& how);
  void end(const char* how);

private:
  template <class Statement> row_cursor in_transaction(Statement statement);
  void read_what_has_come() const;
  [[noreturn]] void fail();

  struct state;
  std::unique_ptr<state> state_;
  std::unique_ptr<detail::descriptor_at_home> at_home_;  // of the socket
  std::chrono::steady_clock::time_point began_;
  std::shared_ptr<const server_run> run_;
  bool shares_ = false;
  bool in_transaction_ = false;
  std::string settings_;
};

// A transaction that is rolled back unless it is committed. Unless it says otherwise, each statement sees
// what others have committed before it, whatever the user or the database is set to.
class transaction {
public:
  explicit transaction(connection& on, const char* begin = "begin isolation level read committed") : on_(on) {
    on_.begin(begin);
  }
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  void commit();

private:
  connection& on_;
  bool open_ = true;
};

}  // namespace duroxide::persistence::postgres
