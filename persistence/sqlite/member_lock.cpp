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
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(first);
  range.l_len = length;
  return range;
}

constexpr mode_t permissions = S_IRWXU | S_IRWXG | S_IRWXO;

// For the users that may write to the database, and no others: a process that can open the file, be it for
// reading, can hold locks on it, and so keep every node from joining.
mode_t mode_for_writers_of(const struct stat& database) {
  const mode_t writers = database.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH);
  return writers | writers << 1U;
}

}  // namespace

member_lock::member_lock(const std::string& database) : path_(database + "-lock") {
  struct stat guarded {};
  if (::stat(database.c_str(), &guarded) != 0) throw_unavailable(errno);
  const mode_t mode = mode_for_writers_of(guarded);
  // Another file may lie there by the wish of a user that may write into the folder, but not to what a link
  // there names: no link is followed, and nothing that is not ours is written to. A count is appended.
  descriptor_ = ::open(path_.c_str(),
                       O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, mode);
  if (descriptor_ < 0 && errno == ELOOP) throw_foreign("it is a symbolic link");
  if (descriptor_ < 0) throw_unavailable(errno);
  try {
    at_home_ = std::make_unique<detail::descriptor_at_home>(descriptor_);
    require_ours();
    give_to_writers_of(guarded, mode);
  } catch (...) {
    at_home_.reset();
    ::close(descriptor_);
    throw;
  }
}

// One that is ours holds a NUL for each join, and nothing else.
void member_lock::require_ours() const {
  struct stat found {};
  if (::fstat(descriptor_, &found) != 0) throw_unavailable(errno);
  if (!S_ISREG(found.st_mode)) throw_foreign("it is no file");
  char first = 0;
  if (::pread(descriptor_, &first, 1, 0) == 1 && first != 0) throw_foreign("another program has written it");
}

// The umask may have taken too much, the database may have been given to somebody else since, and root makes
// files for the owner of a database. A user that may not change it leaves it as it is: then its owner does.
void member_lock::give_to_writers_of(const struct stat& guarded, mode_t mode) const {
  struct stat found {};
  if (::fstat(descriptor_, &found) != 0) throw_unavailable(errno);
  const uid_t owner = ::geteuid() == 0 ? guarded.st_uid : found.st_uid;
  const bool same_group = found.st_gid == guarded.st_gid;
  if (owner != found.st_uid || !same_group)
    if (::fchown(descriptor_, owner, guarded.st_gid) != 0 && !same_group) mode &= ~mode_t{S_IRWXG};
  [[maybe_unused]] int done = 0;
  if ((found.st_mode & permissions) != mode) done = ::fchmod(descriptor_, mode);
}

member_lock::~member_lock() {
  if (descriptor_ < 0 || at_home_->is_elsewhere()) return;
  at_home_.reset();
  ::close(descriptor_);
}

void member_lock::throw_unavailable(int error) const {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                      "the file '" + path_ + "' cannot be locked: " + std::generic_category().message(error) +
                          ". Make it and its folder writable for this user.");
}

void member_lock::throw_foreign(const std::string& what) const {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                      "the file '" + path_ + "' is not the lock file of the database: " + what +
                          ". It was left as it is; remove it, or give the database another name.");
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
  throw store_failure(commit_certainty::not_done, error_kind::store_in_use,
                      "a process that still runs holds the lock of node " + std::to_string(node) + " on '" +
                          path_ + "': it uses another database that was at this path before. Stop it first.");
}

void member_lock::release_all() noexcept {
  if (at_home_->is_elsewhere()) return;
  struct flock all = range(F_UNLCK, 0, 0);
  // Unlocking waits for nobody; if it cannot be done, closing the descriptor does it.
  [[maybe_unused]] const int done = ::fcntl(descriptor_, F_OFD_SETLK, &all);
}

bool member_lock::lives(std::uint64_t node) const {
  struct flock asked = range(F_WRLCK, node, 1);
  if (::fcntl(descriptor_, F_OFD_GETLK, &asked) != 0) throw_unavailable(errno);
  return asked.l_type != F_UNLCK;
}

bool member_lock::may_live(const std::string& database, std::uint64_t node) noexcept {
  // Closing the descriptor drops no lock of this process: those belong to other descriptors.
  const int descriptor =
      ::open((database + "-lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) return true;
  struct flock asked = range(F_WRLCK, node, 1);
  const bool found = ::fcntl(descriptor, F_OFD_GETLK, &asked) == 0;
  ::close(descriptor);
  return !found || asked.l_type != F_UNLCK;
}

bool member_lock::is_in_place() const noexcept {
  struct stat opened {};
  struct stat named {};
  return ::fstat(descriptor_, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void member_lock::require_in_place() const {
  if (is_in_place()) return;
  throw store_failure(commit_certainty::fenced, error_kind::store_in_use,
                      "the lock file '" + path_ +
                          "' was removed or replaced, and with it the sign of life of " +
                          "this node; it joins anew. Leave the file as long as the database is in use.");
}

// Appended, so that two that join at once count two, and the file never becomes shorter.
void member_lock::count_join() {
  const char one = 0;
  while (::write(descriptor_, &one, 1) != 1)
    if (errno != EINTR) throw_unavailable(errno);
}

std::uint64_t member_lock::joins() const {
  struct stat file {};
  if (::fstat(descriptor_, &file) != 0) throw_unavailable(errno);
  return static_cast<std::uint64_t>(file.st_size);
}

}  // namespace duroxide::persistence::sqlite
