// Noticing that the process has forked.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace duroxide::detail {

// How often this process, and those that it was forked from, have forked since they used this library. It is
// counted in the child (pthread_atfork), so it costs a process that does not fork nothing to look.
inline std::atomic<std::uint64_t> forks_so_far = 0;

// The process in which an object was made. In the child of a fork there is a copy of the object, but not of
// its threads, and what others know it by (locks, sessions) is the parent's: it must not be used, and must
// not be taken apart either. Any thread may call.
class home_process {
public:
  home_process();

  bool is_elsewhere() const noexcept { return forks_so_far.load(std::memory_order_relaxed) != forks_; }
  // "WHAT was opened in process 7 and is used in process 8, after a fork: open it anew in the child".
  std::string refusal(const std::string& what) const;

private:
  std::uint64_t forks_;
  std::int64_t process_;
};

// A descriptor by which others know that this process lives. The child of a fork closes its copy before
// anything else happens there, so that nobody takes the child for its parent when that has died. The owner
// of the descriptor still closes it, unless it is in another process by then. A number that is another descriptor's by
// then is left alone.
class descriptor_at_home {
public:
  explicit descriptor_at_home(int descriptor);
  descriptor_at_home(const descriptor_at_home&) = delete;
  descriptor_at_home& operator=(const descriptor_at_home&) = delete;
  ~descriptor_at_home();

  bool is_elsewhere() const noexcept { return home_.is_elsewhere(); }

private:
  friend struct descriptors_at_home;

  home_process home_;
  int descriptor_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  descriptor_at_home* before_ = nullptr;
  descriptor_at_home* behind_ = nullptr;
};

// Keeps what is left behind in the child of a fork, so that no leak is reported.
void leave_behind(void* object);

// Deletes an object at home only: its destructor would wait for threads that are not there, or end sessions
// that are the parent's.
struct delete_at_home {
  home_process home{};
  template <class T> void operator()(T* object) const {
    if (home.is_elsewhere())
      leave_behind(object);
    else
      delete object;
  }
};

template <class T, class... Arguments> std::shared_ptr<T> make_shared_at_home(Arguments&&... arguments) {
  return std::shared_ptr<T>(new T(std::forward<Arguments>(arguments)...), delete_at_home());
}

}  // namespace duroxide::detail
