#include "bench/open_store.hpp"

#include "duroxide/open_store.hpp"
#include "duroxide/sqlite_provider.hpp"
#include "bench/bare_store.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string_view>

namespace duroxide::bench {

namespace {

constexpr std::string_view sqlite = "sqlite:";

bool is_sqlite_file(const std::string& url) { return url.starts_with(sqlite) && url != "sqlite::memory:"; }

bool names_schema(const std::string& url) {
  return url.find("?schema=") != std::string::npos || url.find("&schema=") != std::string::npos;
}

}  // namespace

bool is_postgres(const std::string& url) { return url.starts_with("postgres"); }

std::string settled_url(const store_request& what) {
  if (is_sqlite_file(what.url) && what.fresh)
    for (const char* suffix : {"", "-wal", "-shm", "-lock"})
      std::filesystem::remove(what.url.substr(sqlite.size()) + suffix);
  if (!is_postgres(what.url) || names_schema(what.url)) return what.url;
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  const std::string schema = what.fresh ? "bench_" + std::to_string(now) : "bench";
  return what.url + (what.url.find('?') == std::string::npos ? "?" : "&") + "schema=" + schema;
}

std::string url_beside(const std::string& settled, const std::string& suffix) {
  if (is_sqlite_file(settled)) return settled + suffix;
  if (!is_postgres(settled)) return settled;
  std::string url = settled;
  const std::size_t end = url.find('&', url.find("schema="));
  return url.insert(std::min(end, url.size()), suffix);
}

std::unique_ptr<bare_store> open_bare_store(const std::string& url) {
  if (is_postgres(url)) return open_bare_postgres(url);
  return open_bare_sqlite(is_sqlite_file(url) ? url_beside(url, "-bare").substr(sqlite.size()) : ":memory:");
}

std::shared_ptr<provider> open_store(const store_request& what) {
  const std::string url = settled_url(what);
  if (!is_sqlite_file(url)) return duroxide::open_store(url);
  sqlite_options options;
  if (what.relaxed_durability) options.durability = sqlite_durability::survives_process_crash_only;
  return sqlite_provider::open(url.substr(sqlite.size()), options);
}

}  // namespace duroxide::bench
