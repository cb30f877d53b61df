#include "persistence/sqlite/database.hpp"

#include "persistence/sqlite/busy.hpp"
#include "persistence/sqlite/failures.hpp"

#include <string_view>

namespace duroxide::persistence::sqlite {

database::database(const std::string& name, int flags) {
  sqlite3* made = nullptr;
  const int uri = name.starts_with("file:") ? SQLITE_OPEN_URI : 0;
  const int code = sqlite3_open_v2(name.c_str(), &made,
                                   flags | uri | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(made);
  if (code != SQLITE_OK) throw_failure(made, code);
  wait_when_busy(made);
}

statement& database::prepare(sql_literal sql) {
  const auto found = statements_.find(sql.text);
  if (found != statements_.end()) return found->second;
  return statements_.try_emplace(sql.text, handle(), std::string_view(sql.text, sql.size)).first->second;
}

void database::run_script(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_failure(handle(), code);
}

}  // namespace duroxide::persistence::sqlite
