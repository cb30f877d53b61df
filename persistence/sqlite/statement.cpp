#include "persistence/sqlite/statement.hpp"

#include "duroxide/utf8.hpp"
#include "persistence/sqlite/failures.hpp"

namespace duroxide::persistence::sqlite {

namespace {

// SQLite takes a null pointer for NULL, also where it means an empty text.
const char* data_of(std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); }

sqlite3_destructor_type lifetime_of(bound_bytes bytes) {
  return bytes == bound_bytes::stay ? SQLITE_STATIC : SQLITE_TRANSIENT;
}

}  // namespace

statement::statement(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  const int code = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &made, nullptr);
  handle_.reset(made);
  if (code != SQLITE_OK) throw_failure(db, code);
}

bool statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  // Not before the message is read: resetting may change it.
  try {
    throw_failure(sqlite3_db_handle(handle_.get()), code);
  } catch (...) {
    reset();
    throw;
  }
}

void statement::check(int code) const {
  if (code != SQLITE_OK) throw_failure(sqlite3_db_handle(handle_.get()), code);
}

void statement::bind_one(int index, double value) { check(sqlite3_bind_double(handle_.get(), index, value)); }

void statement::bind_integer(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), index, value));
}

bool is_stored_as_text(std::string_view bytes) noexcept {
  return bytes.find('\0') == std::string_view::npos && is_utf8(bytes);
}

void statement::bind_one(int index, std::nullopt_t) { check(sqlite3_bind_null(handle_.get(), index)); }

void statement::bind_one(int index, std::string_view text) {
  check(sqlite3_bind_text64(handle_.get(), index, data_of(text), text.size(), lifetime_of(bytes_),
                            SQLITE_UTF8));
}

void statement::bind_one(int index, payload value) {
  const std::string_view bytes = value.bytes;
  if (is_stored_as_text(bytes)) {
    bind_one(index, bytes);
  } else {
    check(sqlite3_bind_blob64(handle_.get(), index, data_of(bytes), bytes.size(), lifetime_of(bytes_)));
  }
}

void statement::require_columns(std::span<const char* const> wanted) {
  if (std::ranges::equal(wanted, known_columns_)) return;
  std::vector<const char*> columns;
  for (int column = 0; column < column_count(); ++column) columns.push_back(column_name(column));
  row_reader::require_same(wanted, columns);
  known_columns_.assign(wanted.begin(), wanted.end());
}

}  // namespace duroxide::persistence::sqlite
