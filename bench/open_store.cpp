#include "bench/open_store.hpp"

#include "duroxide/open_store.hpp"
#include "duroxide/postgres_provider.hpp"
#include "duroxide/sqlite_provider.hpp"

#include <chrono>
#include <filesystem>
#include <string_view>

namespace duroxide::bench {

std::shared_ptr<provider> open_store(const store_request& what) {
  constexpr std::string_view sqlite = "sqlite:";
  if (what.url.starts_with("postgres")) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return postgres_provider::connect_with_schema(what.url,
                                                  what.fresh ? "bench_" + std::to_string(now) : "bench");
  }
  if (!what.url.starts_with(sqlite) || what.url == "sqlite::memory:") return duroxide::open_store(what.url);
  std::string path = what.url.substr(sqlite.size());
  if (what.fresh)
    for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(path + suffix);
  sqlite_options options;
  if (what.relaxed_durability) options.durability = sqlite_durability::survives_process_crash_only;
  return sqlite_provider::open(path, options);
}

}  // namespace duroxide::bench
