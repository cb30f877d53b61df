#include "persistence/sqlite/forks.hpp"

#include "duroxide/detail/process.hpp"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <array>

namespace duroxide::persistence::sqlite {

namespace {

// In the order in which SQLite takes them, if it takes several.
// (The name of a temporary file takes random bytes, and the first of these the list of file systems.)
constexpr std::array mutexes{SQLITE_MUTEX_STATIC_VFS1, SQLITE_MUTEX_STATIC_PRNG, SQLITE_MUTEX_STATIC_MAIN,
                             SQLITE_MUTEX_STATIC_LRU,  SQLITE_MUTEX_STATIC_PMEM, SQLITE_MUTEX_STATIC_MEM};

void before_fork() {
  for (const int each : mutexes) sqlite3_mutex_enter(sqlite3_mutex_alloc(each));
}

void after_fork() {
  for (auto each = mutexes.rbegin(); each != mutexes.rend(); ++each)
    sqlite3_mutex_leave(sqlite3_mutex_alloc(*each));
}

// SQLite tells files apart by their device and inode.
int fstat_in_child(int descriptor, struct stat* found) {
  const int failed = ::fstat(descriptor, found);
  constexpr unsigned above_all_devices = 48;
  found->st_dev ^= detail::forks_so_far.load() << above_all_devices;
  return failed;
}

bool see_files_anew() {
  sqlite3_vfs* const files = sqlite3_vfs_find("unix");
  return files != nullptr && files->iVersion >= 3 && files->xSetSystemCall != nullptr &&
         files->xSetSystemCall(files, "fstat", reinterpret_cast<sqlite3_syscall_ptr>(fstat_in_child)) ==
             SQLITE_OK;
}

}  // namespace

void prepare_for_forks() {
  [[maybe_unused]] static const int initialized = sqlite3_initialize();
  [[maybe_unused]] static const int watched = ::pthread_atfork(before_fork, after_fork, after_fork);
  if (detail::forks_so_far == 0) return;
  [[maybe_unused]] static const bool seen_anew = see_files_anew();
}

}  // namespace duroxide::persistence::sqlite
