// One session with the server. All that is known of libpqxx is in connection.cpp, failures.cpp and pqxx.hpp.
#pragma once

#include "duroxide/detail/process.hpp"
#include "persistence/postgres/parameters.hpp"
#include "persistence/row_reader.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::persistence::postgres {

struct server_run;

// The rows that a statement gave.
class row_cursor final : public row_reader {
public:
  struct result;
  explicit row_cursor(std::shared_ptr<const result> all) noexcept : all_(std::move(all)) {}

  bool next() noexcept override;
  // Rows that the statement gave or changed.
  std::size_t affected() const noexcept;

  std::vector<std::string> column_names() const;
  // All columns of the current row, as they are stored.
  std::vector<std::optional<std::string>> texts() const;

private:
  void require_columns(std::span<const char* const> wanted) const override;
  bool is_null(int column) const noexcept override;
  std::int64_t number(int column) const override;
  bool flag(int column) const noexcept override { return text(column) == "t"; }
  std::string_view text(int column) const noexcept override;
  void read_payload(int column, std::string& bytes) const override;

  std::shared_ptr<const result> all_;
  std::int64_t position_ = -1;
};

// For row_cursor::read, an array of numbers.
struct numbers_column {
  std::vector<std::int64_t>& numbers;
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
  // The only column of the first row; T{} if there is none.
  template <class T, class... Values> T value(const char* sql, const Values&... values) {
    T found{};
    auto row = run(sql, values...);
    if (row.next()) row.read(only_column, found);
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
  void begin(const std::string& statement);
  void end(const char* statement);

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
  explicit transaction(connection& db, const char* begin = "begin isolation level read committed") : db_(db) {
    db_.begin(begin);
  }
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  ~transaction();

  void commit();

private:
  connection& db_;
  bool open_ = true;
};

}  // namespace duroxide::persistence::postgres
