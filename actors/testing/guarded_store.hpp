// A store that can be made to fail.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace duroxide::internal {

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
  // Whether a watch hears of a change.
  virtual bool hears() { return true; }
};

std::shared_ptr<provider> guarded(std::shared_ptr<provider> store, std::shared_ptr<store_guard> guard);

}  // namespace duroxide::internal
