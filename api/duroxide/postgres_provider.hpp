// The store that nodes share.
#pragma once

#include "duroxide/provider.hpp"

#include <functional>
#include <memory>
#include <string>

namespace duroxide {

struct postgres_options {
  // Called for the password of each new connection, instead of one in the URL: for tokens that expire. It may
  // block, may be called from any thread, and an exception from it is reported as a failure to connect.
  std::function<std::string()> password;
  // A runtime that gives no sign of life for this long, although its connection is there (a machine that is
  // paused, a process that is stopped), is declared dead by the others, which take over its work. A process
  // that dies is noticed at once. Between 1 second and 1 hour, and the same for all that share a schema: each
  // gives at least three signs in that time.
  duration suspect_after = std::chrono::seconds(25);
  // For looking at a store that others use, also on a standby: the schema is neither created nor migrated, and
  // every operation that would write fails with store_unavailable.
  bool read_only = false;
};

// PostgreSQL 14 or newer, with a database in UTF8. Every runtime and every client that is given the same
// database and schema shares the store. Lost connections are re-established automatically; until then work
// waits. A provider uses up to eleven connections: two for the journals, four for reading, two for
// clients that write, one that listens, one that notifies, and one that watches over another runtime. Behind
// a transaction pooler clients and administration work, by polling once a second, and a runtime is refused
// (store_incompatible) when it starts.
class postgres_provider {
public:
  // `url`: as libpq takes it, "postgresql://user:password@host:5432/database?sslmode=verify-full". The schema
  // is "duroxide"; it is created or migrated if needed. Blocks until that is done. Throws infrastructure_error:
  // store_unavailable (no server, wrong password, no rights, a URL that cannot be understood),
  // store_incompatible (server too old, not UTF8, a newer schema, a schema of another program, and, for
  // reading only, none or an older one). No message contains a password.
  static std::shared_ptr<provider> connect(const std::string& url, postgres_options options = {});

  // In a schema of your own: 1 to 48 characters of a-z, 0-9 and _, beginning with a letter and not with pg_
  // (invalid_argument otherwise). Several schemas in one database are independent of each other.
  static std::shared_ptr<provider> connect_with_schema(const std::string& url, const std::string& schema,
                                                       postgres_options options = {});
};

}  // namespace duroxide
