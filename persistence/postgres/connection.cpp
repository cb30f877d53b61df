#include "persistence/postgres/connection.hpp"

#include "persistence/postgres/failures.hpp"
#include "persistence/postgres/lineage.hpp"
#include "persistence/postgres/payload_text.hpp"
#include "persistence/postgres/pqxx.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <charconv>
#include <unordered_map>

namespace duroxide::persistence::postgres {

struct row_cursor::result {
  pqxx::result rows;
};

bool row_cursor::next() noexcept { return ++position_ < static_cast<std::int64_t>(all_->rows.size()); }

std::size_t row_cursor::affected() const noexcept { return all_->rows.affected_rows(); }

namespace {

pqxx::field field_at(const pqxx::result& rows, std::int64_t row, int column) {
  return rows[static_cast<pqxx::result::size_type>(row)][static_cast<pqxx::row::size_type>(column)];
}

std::int64_t number_from(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

bool row_cursor::is_null(int column) const noexcept {
  return field_at(all_->rows, position_, column).is_null();
}

std::string_view row_cursor::text(int column) const noexcept {
  const pqxx::field field = field_at(all_->rows, position_, column);
  return {field.c_str(), static_cast<std::size_t>(field.size())};
}

std::int64_t row_cursor::number(int column) const { return number_from(text(column)); }

void row_cursor::read_payload(int column, std::string& bytes) const { bytes = from_text(text(column)); }

void row_cursor::require_columns(std::span<const char* const> wanted) const {
  std::vector<const char*> columns;
  for (pqxx::row::size_type column = 0; column < all_->rows.columns(); ++column)
    columns.push_back(all_->rows.column_name(column));
  require_same(wanted, columns);
}

std::vector<std::string> row_cursor::column_names() const {
  std::vector<std::string> names;
  for (pqxx::row::size_type column = 0; column < all_->rows.columns(); ++column)
    names.emplace_back(all_->rows.column_name(column));
  return names;
}

std::vector<std::optional<std::string>> row_cursor::texts() const {
  std::vector<std::optional<std::string>> all;
  for (int column = 0; column < static_cast<int>(all_->rows.columns()); ++column) {
    auto& value = all.emplace_back();
    if (!is_null(column)) value = text(column);
  }
  return all;
}

// "{1,2,3}"
void numbers_column::decode(std::string_view text) const {
  numbers.clear();
  if (text.size() <= 2) return;
  std::string_view rest = text.substr(1, text.size() - 2);
  for (;;) {
    const std::size_t comma = rest.find(',');
    numbers.push_back(number_from(rest.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

struct connection::state {
  explicit state(const std::string& settings)
      : session(settings), notices(session, [this] { heard_notice = true; }) {}

  void listen(const std::string& channel) {
    listeners.push_back(std::make_unique<libpqxx::listener>(
        session, channel, [this](const std::string& source, const std::string& text) {
          received.push_back({source, text});
        }));
  }

  pqxx::connection session;
  bool heard_notice = false;  // what a server says by itself are its last words
  libpqxx::notices notices;
  std::unordered_map<const char*, std::string> prepared;
  std::vector<notification> received;
  std::vector<std::unique_ptr<libpqxx::listener>> listeners;
};

connection::connection(const std::string& settings) {
  try {
    state_ = std::make_unique<state>(settings);
  } catch (const std::exception&) {
    throw_not_connected();
  }
  at_home_ = std::make_unique<detail::descriptor_at_home>(socket());
  began_ = std::chrono::steady_clock::now();
}

// In the child of a fork libpq would tell the server that the session is over.
connection::~connection() {
  if (at_home_ && at_home_->is_elsewhere()) detail::leave_behind(state_.release());
}

bool connection::is_open() const noexcept { return state_->session.is_open() && !(run_ && run_->over); }

bool connection::is_alive() const noexcept {
  if (!is_open()) return false;
  pollfd source{socket(), POLLIN, 0};
  if (::poll(&source, 1, 0) == 0) return true;
  try {
    read_what_has_come();
    return is_open();
  } catch (const std::exception&) {
    return false;
  }
}

// A server that ends a session says so before it is gone.
void connection::read_what_has_come() const {
  state_->heard_notice = false;
  state_->session.get_notifs();
  if (state_->heard_notice) libpqxx::close(state_->session);
}

// Called in a handler. A server that takes no writes is left: the next session may find one that does.
void connection::fail() {
  if (is_refused_write()) libpqxx::close(state_->session);
  throw_translated();
}

int connection::socket() const noexcept { return state_->session.sock(); }

int connection::process_id() const noexcept { return state_->session.backendpid(); }

// Not by cancelling, which asks the server: it may not answer.
void connection::cut() noexcept { ::shutdown(socket(), SHUT_RDWR); }

namespace {

// libpqxx would connect anew by itself, and lose what the session was set to.
void require_open(const pqxx::connection& session) {
  if (!session.is_open())
    throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                        "The connection to PostgreSQL was lost; it is made again by itself.");
}

}  // namespace

void connection::share_sessions(std::string settings) {
  shares_ = true;
  settings_ = std::move(settings);
}

void connection::begin(const std::string& statement) {
  in_transaction_ = true;
  try {
    run_script(shares_ ? statement + "; " + settings_ : statement);
  } catch (const store_failure&) {
    in_transaction_ = false;
    throw;
  }
}

void connection::end(const char* statement) {
  try {
    run_script(statement);
  } catch (const store_failure&) {
    in_transaction_ = false;
    throw;
  }
  in_transaction_ = false;
}

namespace {

// In a row, for one statement: one that was broken off has done nothing, and is run again.
constexpr int most_deadlocks = 5;

}  // namespace

// Gives what `statement` gives to the session.
template <class Statement> row_cursor connection::in_transaction(Statement statement) {
  require_open(state_->session);
  if (shares_ && !in_transaction_) {
    transaction around(*this);
    row_cursor found = in_transaction(statement);
    around.commit();
    return found;
  }
  for (int deadlocks = 0;; ++deadlocks) {
    try {
      pqxx::nontransaction session(state_->session);
      auto all = std::make_shared<row_cursor::result>();
      all->rows = statement(session);
      return row_cursor(std::move(all));
    } catch (const pqxx::deadlock_detected&) {
      if (in_transaction_ || deadlocks == most_deadlocks) fail();
    } catch (const std::exception&) {
      fail();
    }
  }
}

row_cursor connection::run_with(const char* sql, const parameters& values) {
  std::size_t bytes = 0;
  for (const std::string& each : values.values()) bytes += each.size();
  require_sendable(bytes);
  return in_transaction([&](pqxx::nontransaction& session) {
    const auto arguments = libpqxx::binary_arguments(values.values());
    if (shares_) return libpqxx::run(session, sql, arguments);
    auto known = state_->prepared.find(sql);
    if (known == state_->prepared.end()) {
      const std::string name = "s" + std::to_string(state_->prepared.size());
      state_->session.prepare(name, sql);
      known = state_->prepared.emplace(sql, name).first;
    }
    return libpqxx::run_prepared(session, known->second, arguments);
  });
}

row_cursor connection::run_once(const std::string& sql,
                                const std::vector<std::optional<std::string>>& values) {
  std::size_t bytes = sql.size();
  for (const auto& each : values) bytes += each ? each->size() : 0;
  require_sendable(bytes);
  return in_transaction([&](pqxx::nontransaction& session) {
    return libpqxx::run(session, sql, libpqxx::text_arguments(values));
  });
}

row_cursor connection::run_script(const std::string& sql) {
  return in_transaction([&](pqxx::nontransaction& session) { return session.exec(sql); });
}

void connection::listen(const std::string& channel) {
  require_open(state_->session);
  try {
    state_->listen(channel);
  } catch (const std::exception&) {
    fail();
  }
}

std::vector<connection::notification> connection::notifications() {
  require_open(state_->session);
  try {
    read_what_has_come();
    require_open(state_->session);
    return std::exchange(state_->received, {});
  } catch (const std::exception&) {
    fail();
  }
}

void transaction::commit() {
  open_ = false;
  db_.end("commit");
}

transaction::~transaction() {
  if (!open_) return;
  try {
    db_.end("rollback");
  } catch (const store_failure&) {
    // The connection is lost, and the transaction with it.
  }
}

}  // namespace duroxide::persistence::postgres
