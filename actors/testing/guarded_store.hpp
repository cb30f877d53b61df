// A store that can be made to fail.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace duroxide::internal {

// Whether it matters if a process dies at an operation that writes: a node that dies while it becomes a member,
// or looks after the others, has done nothing yet.
bool is_crash_point(std::string_view operation);

// What becomes of the operations of one process on its store.
class store_guard {
public:
  store_guard() = default;
  store_guard(const store_guard&) = delete;
  store_guard& operator=(const store_guard&) = delete;
  virtual ~store_guard() = default;

  // Instead of doing it: why it was not done.
  virtual std::optional<store_error> before(std::string_view operation, bool writes) = 0;
  // After something was written: instead of the answer.
  virtual std::optional<store_error> after(std::string_view operation) = 0;
  // What the commit will write that `before` is asked about next.
  virtual void about_to_commit(const commit_batch&) {}
  // Whether a watch hears of a change.
  virtual bool hears() { return true; }
};

std::shared_ptr<provider> guarded(std::shared_ptr<provider> store, std::shared_ptr<store_guard> guard);

}  // namespace duroxide::internal
