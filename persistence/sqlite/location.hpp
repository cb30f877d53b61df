// Where a database file is, whatever the process's current directory becomes.
#pragma once

#include <string>

namespace duroxide::persistence::sqlite {

struct location {
  std::string name;  // for SQLite: `path`, or an absolute URI with the parameters that were given
  std::string path;  // absolute
};

// Of a path, or of a URI as SQLite has them ("file:orders.db?vfs=unix-excl"). Throws store_failure
// (store_unavailable) for one that no file can have.
location locate(const std::string& given);

// The same file for further connections, by a path in which links are resolved, which is how SQLite names the
// files beside it.
location resolved(const location& opened, const std::string& path);

}  // namespace duroxide::persistence::sqlite
