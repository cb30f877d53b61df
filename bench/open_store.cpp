#include "bench/open_store.hpp"

#include "duroxide/postgres_provider.hpp"
#include "duroxide/sqlite_provider.hpp"

#include <chrono>
#include <filesystem>
#include <string_view>

namespace duroxide::bench {

std::shared_ptr<provider> open_store(const store_request& what) {
  if (what.url == "sqlite::memory:") return sqlite_provider::open_in_memory();
  if (what.url.starts_with("postgres")) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return postgres_provider::connect_with_schema(what.url,
                                                  what.fresh ? "bench_" + std::to_string(now) : "bench");
  }
  constexpr std::string_view file_scheme = "sqlite:";
  if (!what.url.starts_with(file_scheme))
    throw configuration_error(error_kind::invalid_argument,
                              "unknown store '" + what.url +
                                  "'; known are sqlite::memory:, sqlite:FILE and postgresql://");
  std::string path = what.url.substr(file_scheme.size());
  if (what.fresh)
    for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(path + suffix);
  sqlite_options options;
  if (what.relaxed_durability) options.durability = sqlite_durability::survives_process_crash_only;
  return sqlite_provider::open(path, options);
}

}  // namespace duroxide::bench
