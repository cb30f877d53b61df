// The mutexes and locks of the standard library, with annotations by which clang checks that what a mutex guards
// is touched only under it. No header that users include includes this one, so that they see no macro.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define DUROXIDE_THREAD_ANNOTATION(attribute) __attribute__((attribute))
#else
#define DUROXIDE_THREAD_ANNOTATION(attribute)
#endif

// Of classes: a mutex, and an object that holds one for as long as it lives.
#define DUROXIDE_CAPABILITY(name) DUROXIDE_THREAD_ANNOTATION(capability(name))
#define DUROXIDE_SCOPED_CAPABILITY DUROXIDE_THREAD_ANNOTATION(scoped_lockable)
// Of variables: read and written only while that mutex is held.
#define DUROXIDE_GUARDED_BY(mutex) DUROXIDE_THREAD_ANNOTATION(guarded_by(mutex))
// Of pointers: likewise what they point to.
#define DUROXIDE_PT_GUARDED_BY(mutex) DUROXIDE_THREAD_ANNOTATION(pt_guarded_by(mutex))
// Of functions: called only while these mutexes are held, or are not held.
#define DUROXIDE_REQUIRES(...) DUROXIDE_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define DUROXIDE_EXCLUDES(...) DUROXIDE_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
// Of functions: they lock a mutex, or unlock one.
#define DUROXIDE_ACQUIRE(...) DUROXIDE_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define DUROXIDE_ACQUIRE_SHARED(...) DUROXIDE_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define DUROXIDE_RELEASE(...) DUROXIDE_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define DUROXIDE_RELEASE_SHARED(...) DUROXIDE_THREAD_ANNOTATION(release_shared_capability(__VA_ARGS__))

namespace duroxide::detail {

class DUROXIDE_CAPABILITY("mutex") mutex {
public:
  void lock() DUROXIDE_ACQUIRE() { mutex_.lock(); }
  void unlock() DUROXIDE_RELEASE() { mutex_.unlock(); }

private:
  friend class unique_lock;
  std::mutex mutex_;
};

// The thread that holds it may lock it again.
class DUROXIDE_CAPABILITY("mutex") recursive_mutex {
public:
  void lock() DUROXIDE_ACQUIRE() { mutex_.lock(); }
  void unlock() DUROXIDE_RELEASE() { mutex_.unlock(); }

private:
  std::recursive_mutex mutex_;
};

class DUROXIDE_CAPABILITY("mutex") shared_mutex {
public:
  void lock() DUROXIDE_ACQUIRE() { mutex_.lock(); }
  void unlock() DUROXIDE_RELEASE() { mutex_.unlock(); }
  void lock_shared() DUROXIDE_ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() DUROXIDE_RELEASE_SHARED() { mutex_.unlock_shared(); }

private:
  std::shared_mutex mutex_;
};

// Holds a mutex until the end of its block.
template <class Mutex> class DUROXIDE_SCOPED_CAPABILITY lock_guard {
public:
  explicit lock_guard(Mutex& held) DUROXIDE_ACQUIRE(held) : held_(held) { held_.lock(); }
  lock_guard(const lock_guard&) = delete;
  lock_guard& operator=(const lock_guard&) = delete;
  ~lock_guard() DUROXIDE_RELEASE() { held_.unlock(); }

private:
  Mutex& held_;
};

// Shares a mutex with others who only read, until the end of its block.
class DUROXIDE_SCOPED_CAPABILITY shared_lock {
public:
  explicit shared_lock(shared_mutex& held) DUROXIDE_ACQUIRE_SHARED(held) : held_(held) {
    held_.lock_shared();
  }
  shared_lock(const shared_lock&) = delete;
  shared_lock& operator=(const shared_lock&) = delete;
  ~shared_lock() DUROXIDE_RELEASE() { held_.unlock_shared(); }

private:
  shared_mutex& held_;
};

// Holds a mutex until the end of its block, but for pauses, and while it waits for a condition.
class DUROXIDE_SCOPED_CAPABILITY unique_lock {
public:
  explicit unique_lock(mutex& held) DUROXIDE_ACQUIRE(held) : lock_(held.mutex_) {}
  unique_lock(const unique_lock&) = delete;
  unique_lock& operator=(const unique_lock&) = delete;
  ~unique_lock() DUROXIDE_RELEASE() = default;

  void lock() DUROXIDE_ACQUIRE() { lock_.lock(); }
  void unlock() DUROXIDE_RELEASE() { lock_.unlock(); }

private:
  friend class condition_variable;
  std::unique_lock<std::mutex> lock_;
};

// Wait in a loop that tests the condition. There is no overload with a predicate, because clang's analysis does not see
// inside a lambda that the mutex is held.
class condition_variable {
public:
  void notify_one() noexcept { changed_.notify_one(); }
  void notify_all() noexcept { changed_.notify_all(); }

  void wait(unique_lock& lock) { changed_.wait(lock.lock_); }
  // False once the time has come.
  template <class Clock, class Duration>
  bool wait_until(unique_lock& lock, const std::chrono::time_point<Clock, Duration>& deadline) {
    return changed_.wait_until(lock.lock_, deadline) == std::cv_status::no_timeout;
  }

private:
  std::condition_variable changed_;
};

}  // namespace duroxide::detail
