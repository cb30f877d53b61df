#include "duroxide/detail/actor_threads.hpp"

#include "duroxide/detail/mutex.hpp"
#include "duroxide/errors.hpp"

#include <set>
#include <string>
#include <utility>

namespace duroxide::detail {

namespace {

// Of all actor systems of this process.
class known_threads {
public:
  void add(const std::vector<std::thread::id>& threads) DUROXIDE_EXCLUDES(mutex_) {
    const lock_guard lock(mutex_);
    ids_.insert(threads.begin(), threads.end());
  }
  void remove(const std::vector<std::thread::id>& threads) DUROXIDE_EXCLUDES(mutex_) {
    const lock_guard lock(mutex_);
    for (const std::thread::id each : threads)
      if (const auto known = ids_.find(each); known != ids_.end()) ids_.erase(known);
  }
  bool contain(std::thread::id id) DUROXIDE_EXCLUDES(mutex_) {
    const lock_guard lock(mutex_);
    return ids_.contains(id);
  }

  static known_threads& all() {
    static auto* const forever = new known_threads();  // threads may end after static objects have
    return *forever;
  }

private:
  mutex mutex_;
  std::multiset<std::thread::id> ids_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace

actor_threads::actor_threads(std::vector<std::thread::id> threads) : threads_(std::move(threads)) {
  known_threads::all().add(threads_);
}

actor_threads::~actor_threads() { known_threads::all().remove(threads_); }

void require_may_block(std::string_view what) {
  if (!known_threads::all().contain(std::this_thread::get_id())) return;
  throw configuration_error(
      error_kind::invalid_argument,
      std::string(what) + " blocks, and cannot be used on a thread that runs actors: all actors would wait, "
                          "perhaps those that it waits for; use client::async(), a client actor "
                          "(duroxide/caf.hpp), or an actor that is detached");
}

}  // namespace duroxide::detail
