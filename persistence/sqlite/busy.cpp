#include "persistence/sqlite/busy.hpp"

#include <thread>

namespace duroxide::persistence::sqlite {

namespace {

constexpr std::chrono::milliseconds pause{1};

int wait_again(void*, int waited) {
  if (waited >= busy_limit / pause) return 0;
  busy_pause();
  return 1;
}

}  // namespace

void wait_when_busy(sqlite3* db) { sqlite3_busy_handler(db, wait_again, nullptr); }

void busy_pause() { std::this_thread::sleep_for(pause); }

}  // namespace duroxide::persistence::sqlite
