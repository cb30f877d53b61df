#include "persistence/sqlite/file_lock.hpp"

#include "persistence/store_failure.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace duroxide::persistence::sqlite {

namespace {

[[noreturn]] void throw_unavailable(const std::string& path, int error) {
  throw store_failure(store_fate::not_done, error_kind::store_unavailable,
                      "the file '" + path + "' cannot be locked: " + std::generic_category().message(error) +
                          ". Make it and its folder writable for this user.");
}

}  // namespace

std::optional<file_lock> file_lock::try_acquire(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);  // less the user's umask
  if (descriptor < 0) throw_unavailable(path, errno);
  file_lock made(descriptor);
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) throw_unavailable(path, errno);
  }
  return made;
}

file_lock::~file_lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace duroxide::persistence::sqlite
