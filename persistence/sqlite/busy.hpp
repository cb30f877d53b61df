// Waiting for a lock that another process holds.
#pragma once

#include <sqlite3.h>

#include <chrono>

namespace duroxide::persistence::sqlite {

inline constexpr std::chrono::milliseconds busy_limit = std::chrono::seconds(10);

// Makes `db` wait up to `busy_limit` for locks. SQLite's own busy_timeout sleeps up to 100 ms at a time, and
// so hardly ever gets its turn beside a process that commits without a pause.
void wait_when_busy(sqlite3* db);

// One short pause of such a wait.
void busy_pause();

}  // namespace duroxide::persistence::sqlite
