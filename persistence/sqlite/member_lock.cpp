#include "persistence/sqlite/member_lock.hpp"

#include "persistence/store_failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace duroxide::persistence::sqlite {

namespace {

struct flock range(short type, std::uint64_t first, off_t length) {
  struct flock it {};
  it.l_type = type;
  it.l_whence = SEEK_SET;
  it.l_start = static_cast<off_t>(first);
  it.l_len = length;
  return it;
}

}  // namespace

member_lock::member_lock(const std::string& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {  // less the umask
  if (descriptor_ < 0) throw_unavailable(errno);
}

member_lock::~member_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void member_lock::throw_unavailable(int error) const {
  throw store_failure(store_fate::not_done, error_kind::store_unavailable,
                      "the file '" + path_ + "' cannot be locked: " + std::generic_category().message(error) +
                          ". Make it and its folder writable for this user.");
}

bool member_lock::try_lock(std::uint64_t byte) {
  struct flock wanted = range(F_WRLCK, byte, 1);
  while (::fcntl(descriptor_, F_OFD_SETLK, &wanted) != 0) {
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) throw_unavailable(errno);
  }
  return true;
}

void member_lock::live_as(std::uint64_t node) {
  if (try_lock(node)) return;
  throw store_failure(store_fate::not_done, error_kind::store_in_use,
                      "a process that still runs holds the lock of node " + std::to_string(node) + " on '" +
                          path_ + "': it uses another database that was at this path before. Stop it first.");
}

void member_lock::release_all() noexcept {
  struct flock all = range(F_UNLCK, 0, 0);
  // Unlocking waits for nobody; if it cannot be done, closing the descriptor does it.
  [[maybe_unused]] const int done = ::fcntl(descriptor_, F_OFD_SETLK, &all);
}

bool member_lock::lives(std::uint64_t node) const {
  struct flock asked = range(F_WRLCK, node, 1);
  if (::fcntl(descriptor_, F_OFD_GETLK, &asked) != 0) throw_unavailable(errno);
  return asked.l_type != F_UNLCK;
}

void member_lock::count_join() {
  if (::ftruncate(descriptor_, static_cast<off_t>(joins() + 1)) != 0) throw_unavailable(errno);
}

std::uint64_t member_lock::joins() const {
  struct stat file {};
  if (::fstat(descriptor_, &file) != 0) throw_unavailable(errno);
  return static_cast<std::uint64_t>(file.st_size);
}

}  // namespace duroxide::persistence::sqlite
