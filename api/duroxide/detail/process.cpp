#include "duroxide/detail/process.hpp"

#include "duroxide/detail/mutex.hpp"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

namespace duroxide::detail {

// No fork comes while a thread changes the list. It is never taken apart: whatever is destroyed later than
// this file's objects may still be in it.
struct descriptors_at_home {
  detail::mutex mutex;
  descriptor_at_home* first DUROXIDE_GUARDED_BY(mutex) = nullptr;

  static descriptors_at_home& all() {
    static auto* const list = new descriptors_at_home;
    return *list;
  }

  static void before_fork() DUROXIDE_ACQUIRE(all().mutex) { all().mutex.lock(); }
  static void in_parent() DUROXIDE_RELEASE(all().mutex) { all().mutex.unlock(); }
  // Calls nothing that could wait for a thread of the parent.
  static void in_child() DUROXIDE_RELEASE(all().mutex) {
    for (const descriptor_at_home* each = all().first; each != nullptr; each = each->behind_)
      close_copy(*each);
    all().first = nullptr;
    ++forks_so_far;
    all().mutex.unlock();
  }
  static void close_copy(const descriptor_at_home& copied) {
    struct stat now {};
    if (::fstat(copied.descriptor_, &now) == 0 && now.st_dev == copied.device_ && now.st_ino == copied.inode_)
      ::close(copied.descriptor_);
  }
};

namespace {

void watch_forks() {
  [[maybe_unused]] static const int watched = ::pthread_atfork(
      descriptors_at_home::before_fork, descriptors_at_home::in_parent, descriptors_at_home::in_child);
}

}  // namespace

home_process::home_process() : process_(::getpid()) {
  watch_forks();
  forks_ = forks_so_far;
}

std::string home_process::refusal(const std::string& what) const {
  return what + " was opened in process " + std::to_string(process_) + " and is used in process " +
         std::to_string(::getpid()) + ", after a fork: open it anew in the child, and there only";
}

descriptor_at_home::descriptor_at_home(int descriptor) : descriptor_(descriptor) {
  struct stat now {};
  if (::fstat(descriptor, &now) == 0) {
    device_ = now.st_dev;
    inode_ = now.st_ino;
  }
  descriptors_at_home& all = descriptors_at_home::all();
  const detail::lock_guard lock(all.mutex);
  behind_ = all.first;
  if (behind_ != nullptr) behind_->before_ = this;
  all.first = this;
}

descriptor_at_home::~descriptor_at_home() {
  if (is_elsewhere()) return;  // the list there is another one
  descriptors_at_home& all = descriptors_at_home::all();
  const detail::lock_guard lock(all.mutex);
  (before_ != nullptr ? before_->behind_ : all.first) = behind_;
  if (behind_ != nullptr) behind_->before_ = before_;
}

void leave_behind(void* object) {
  static detail::mutex mutex;
  static auto* const all DUROXIDE_PT_GUARDED_BY(mutex) = new std::vector<void*>;
  const detail::lock_guard lock(mutex);
  all->push_back(object);
}

}  // namespace duroxide::detail
