#include "tests/persistence/sqlite/faults/faulty_vfs.hpp"

#include "tests/persistence/sqlite/faults/faulty_disk.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <new>
#include <utility>

namespace duroxide::persistence_tests {

namespace {

// SQLite allocates it; the real file stands behind it in the same memory.
struct faulty_file {
  sqlite3_file base;
  faulty_disk* disk;
  std::uint64_t number;
  int life;
  bool folder_unsynced;  // of a journal or log: its first sync by this connection syncs the folder too
  const char* path;      // SQLite keeps it as long as the file is open
};

constexpr std::size_t real_file_at = (sizeof(faulty_file) + alignof(std::max_align_t) - 1) /
                                     alignof(std::max_align_t) * alignof(std::max_align_t);

faulty_file& faulty(sqlite3_file* file) { return *reinterpret_cast<faulty_file*>(file); }
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + real_file_at);
}
bool is_dead(const faulty_file& file) { return file.life != file.disk->life() || !file.disk->has_power(); }
faulty_disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<faulty_disk*>(vfs->pAppData); }

// What a call on the file gives instead of being made.
int refusal(const faulty_file& file, disk_call call, int when_dead) {
  return is_dead(file) ? when_dead : file.disk->before(call);
}

// -- files -------------------------------------------------------------------

int close_file(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }

int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (const int code = refusal(faulty(file), disk_call::read, SQLITE_IOERR_READ)) return code;
  return real(file)->pMethods->xRead(real(file), to, size, offset);
}

int write_bytes(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  const int code = real(file)->pMethods->xWrite(real(file), from, size, offset);
  if (code == SQLITE_OK)
    faulty(file).disk->record({disk_change::write,
                               faulty(file).number,
                               {},
                               static_cast<std::uint64_t>(offset),
                               std::string(static_cast<const char*>(from), static_cast<std::size_t>(size))});
  return code;
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  if (is_dead(faulty(file)) || faulty(file).disk->access() == disk_access::all_read_only)
    return SQLITE_IOERR_WRITE;
  if (const int code = faulty(file).disk->before(disk_call::write)) {
    // A write that fails may have come half the way.
    write_bytes(file, from, size / 2, offset);
    return code;
  }
  return write_bytes(file, from, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (faulty(file).disk->access() == disk_access::all_read_only) return SQLITE_IOERR_TRUNCATE;
  if (const int code = refusal(faulty(file), disk_call::truncate, SQLITE_IOERR_TRUNCATE)) return code;
  const int code = real(file)->pMethods->xTruncate(real(file), size);
  if (code == SQLITE_OK)
    faulty(file).disk->record(
        {disk_change::truncate, faulty(file).number, {}, static_cast<std::uint64_t>(size), {}});
  return code;
}

// Nothing waits for a real disk.
int sync_file(sqlite3_file* file, int) {
  if (is_dead(faulty(file))) return SQLITE_IOERR_FSYNC;
  faulty_disk& disk = *faulty(file).disk;
  const int code = disk.before(disk_call::sync);
  disk.record(
      {code == SQLITE_OK ? disk_change::sync : disk_change::failed_sync, faulty(file).number, {}, 0, {}});
  if (code == SQLITE_OK && std::exchange(faulty(file).folder_unsynced, false))
    disk.record({disk_change::sync_folder, 0, {}, 0, {}});
  return code;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  if (is_dead(faulty(file))) return SQLITE_IOERR_FSTAT;
  return real(file)->pMethods->xFileSize(real(file), size);
}

int lock_file(sqlite3_file* file, int level) {
  return is_dead(faulty(file)) ? SQLITE_IOERR_LOCK : real(file)->pMethods->xLock(real(file), level);
}

int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

int check_reserved_lock(sqlite3_file* file, int* reserved) {
  if (is_dead(faulty(file))) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }

int device_characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

// -- memory that connections share -------------------------------------------

int map_memory(sqlite3_file* file, int region, int size, int extend, void volatile** mapped) {
  if (is_dead(faulty(file))) return SQLITE_IOERR_SHMMAP;
  const disk_access access = faulty(file).disk->access();
  const bool refused = access == disk_access::folder_read_only || access == disk_access::all_read_only;
  if (refused && !std::filesystem::exists(std::string(faulty(file).path) + "-shm")) return SQLITE_CANTOPEN;
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, mapped);
}

int lock_memory(sqlite3_file* file, int offset, int count, int flags) {
  if (is_dead(faulty(file)) && (flags & SQLITE_SHM_UNLOCK) == 0) return SQLITE_IOERR_SHMLOCK;
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void memory_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }

int unmap_memory(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), is_dead(faulty(file)) ? 0 : remove);
}

// Without mapped files: each read and each write is to be seen.
const sqlite3_io_methods methods = {2,
                                    close_file,
                                    read_file,
                                    write_file,
                                    truncate_file,
                                    sync_file,
                                    size_of_file,
                                    lock_file,
                                    unlock_file,
                                    check_reserved_lock,
                                    control_file,
                                    sector_size,
                                    device_characteristics,
                                    map_memory,
                                    lock_memory,
                                    memory_barrier,
                                    unmap_memory,
                                    nullptr,
                                    nullptr};

// -- names -------------------------------------------------------------------

// What SQLite's own file system would say to a user who may not write.
int permission_to_open(disk_access access, const char* name, int& flags) {
  const bool is_there = std::filesystem::exists(name);
  const bool is_main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  const bool new_files = access != disk_access::folder_read_only && access != disk_access::all_read_only;
  if (!is_there && !new_files && (flags & SQLITE_OPEN_CREATE) != 0)
    return is_main ? SQLITE_CANTOPEN : SQLITE_READONLY_DIRECTORY;
  const bool read_only =
      access == disk_access::all_read_only || (access == disk_access::file_read_only && is_main);
  if (is_there && read_only)
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_used) {
  faulty_disk& disk = disk_of(vfs);
  if (!disk.holds(name)) return disk.real()->xOpen(disk.real(), name, file, flags, flags_used);
  file->pMethods = nullptr;
  if (disk.before(disk_call::open) != SQLITE_OK) return SQLITE_CANTOPEN;
  if (const int code = permission_to_open(disk.access(), name, flags)) return code;
  const bool is_journal = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  const int code = disk.real()->xOpen(disk.real(), name, real(file), flags, flags_used);
  if (code != SQLITE_OK) return code;
  new (file) faulty_file{{&methods}, &disk, disk.number_of(name), disk.life(), is_journal, name};
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  faulty_disk& disk = disk_of(vfs);
  if (!disk.holds(name)) return disk.real()->xDelete(disk.real(), name, sync_folder);
  const bool refused =
      disk.access() == disk_access::folder_read_only || disk.access() == disk_access::all_read_only;
  if (refused || disk.before(disk_call::remove) != SQLITE_OK) return SQLITE_IOERR_DELETE;
  const int code = disk.real()->xDelete(disk.real(), name, 0);
  if (code != SQLITE_OK) return code;
  disk.record_removal(name);
  if (sync_folder != 0) disk.record({disk_change::sync_folder, 0, {}, 0, {}});
  return SQLITE_OK;
}

int look_at_file(sqlite3_vfs* vfs, const char* name, int what, int* found) {
  faulty_disk& disk = disk_of(vfs);
  if (disk.holds(name) && !disk.has_power()) return SQLITE_IOERR_ACCESS;
  return disk.real()->xAccess(disk.real(), name, what, found);
}

}  // namespace

std::unique_ptr<sqlite3_vfs> make_faulty_vfs(faulty_disk& disk) {
  auto vfs = std::make_unique<sqlite3_vfs>(*disk.real());
  vfs->zName = "faulty disk";
  vfs->pNext = nullptr;
  vfs->pAppData = &disk;
  vfs->szOsFile = static_cast<int>(real_file_at) + std::max(disk.real()->szOsFile, 0);
  vfs->xOpen = open_file;
  vfs->xDelete = remove_file;
  vfs->xAccess = look_at_file;
  return vfs;
}

}  // namespace duroxide::persistence_tests
