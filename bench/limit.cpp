// The machine's floor: what the same rows cost in bare transactions, with the same durability. A workload's
// share of this is how much the engine adds.
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

using clock_type = std::chrono::steady_clock;

void run(sqlite3* db, const char* sql) {
  char* message = nullptr;
  if (sqlite3_exec(db, sql, nullptr, nullptr, &message) == SQLITE_OK) return;
  std::fprintf(stderr, "duroxide_bench_limit: %s\n", message);
  std::exit(2);
}

// Commits a second of `rows` rows of 200 bytes each.
double commits_per_second(sqlite3* db, int rows, int commits) {
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "insert into rows(data) values (?)", -1, &insert, nullptr);
  std::string data(200, 'x');
  auto began = clock_type::now();
  for (int i = 0; i < commits; ++i) {
    run(db, "begin immediate");
    for (int j = 0; j < rows; ++j) {
      sqlite3_bind_text(insert, 1, data.c_str(), static_cast<int>(data.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    run(db, "commit");
  }
  double seconds = std::chrono::duration<double>(clock_type::now() - began).count();
  sqlite3_finalize(insert);
  return commits / seconds;
}

}  // namespace

int main(int argc, char** argv) {
  std::string path = argc > 1 ? argv[1] : "limit.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) {
    std::fprintf(stderr, "duroxide_bench_limit: cannot open %s\n", path.c_str());
    return 2;
  }
  run(db, "pragma journal_mode = wal");
  run(db, "pragma synchronous = full");
  run(db, "create table rows(id integer primary key, data text)");
  for (int rows : {1, 10, 100, 1000}) {
    double commits = commits_per_second(db, rows, rows == 1 ? 3000 : 100000 / (rows * 10));
    std::printf("%5d rows a commit: %8.0f commits/s %9.0f rows/s %8.3f ms a commit\n", rows, commits,
                commits * rows, 1000.0 / commits);
  }
  sqlite3_close(db);
}
