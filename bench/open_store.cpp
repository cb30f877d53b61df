#include "bench/open_store.hpp"

#include "duroxide/open_store.hpp"
#include "duroxide/sqlite_provider.hpp"
#include "bench/bare_store.hpp"
#include "bench/postgres_schema.hpp"
#include "bench/postgres_url.hpp"

#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

namespace duroxide::bench {

namespace {

constexpr std::string_view sqlite = "sqlite:";
constexpr const char* sqlite_in_memory = "sqlite::memory:";

bool is_sqlite_file(const std::string& url) { return url.starts_with(sqlite) && url != sqlite_in_memory; }

std::string file_of(const std::string& url) { return url.substr(sqlite.size()); }

store_opener& own_stores() {
  static store_opener own;
  return own;
}

std::string settled_postgres(const store_request& what) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  if (!schema_of(what.url))
    return with_schema(what.url, what.fresh ? "bench_" + std::to_string(now) : "bench");
  if (what.fresh) delete_schema_of_store(what.url);
  return what.url;
}

}  // namespace

bool is_postgres(const std::string& url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

std::string settled_url(const store_request& what) {
  // Stores of one's own make themselves fresh when they are opened.
  if (what.fresh && own_stores() && own_stores()(what)) return what.url;
  if (is_postgres(what.url)) return settled_postgres(what);
  if (is_sqlite_file(what.url) && what.fresh)
    for (const char* suffix : {"", "-wal", "-shm", "-lock"})
      std::filesystem::remove(file_of(what.url) + suffix);
  return what.url;
}

std::string url_beside(const std::string& settled, const std::string& suffix) {
  if (settled == sqlite_in_memory) return settled;
  if (!is_postgres(settled)) return settled + suffix;
  return with_schema(settled, schema_of(settled).value_or("") + suffix);
}

std::unique_ptr<bare_store> open_bare_store(const std::string& url) {
  if (is_postgres(url)) return open_bare_postgres(url);
  if (url == sqlite_in_memory) return open_bare_sqlite(":memory:");
  if (is_sqlite_file(url)) return open_bare_sqlite(file_of(url_beside(url, "-bare")));
  // The rest of it may be a password.
  throw configuration_error(
      error_kind::invalid_argument,
      "rows are written to a store whose URL begins with sqlite: or postgresql://; this one "
      "begins with '" +
          url.substr(0, url.find(':')).substr(0, 20) + "'");
}

void add_stores(store_opener own) { own_stores() = std::move(own); }

std::shared_ptr<provider> open_store(const store_request& what) {
  if (own_stores())
    if (auto opened = own_stores()(what)) return opened;
  const std::string url = settled_url(what);
  if (!is_sqlite_file(url)) return duroxide::open_store(url);
  sqlite_options options;
  if (what.relaxed_durability) options.durability = sqlite_durability::survives_process_crash_only;
  return sqlite_provider::open(file_of(url), options);
}

}  // namespace duroxide::bench
