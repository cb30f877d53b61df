// Whether a value can still be given away.
#pragma once

#include <utility>

namespace duroxide::detail {

// A member of what is given away once. What is moved from is used up, also if it is moved onto itself; a copy
// is as usable as what it was made of.
class usable {
public:
  usable() = default;
  usable(const usable&) = default;
  usable& operator=(const usable&) = default;
  usable(usable&& other) noexcept : left_(other.use()) {}
  usable& operator=(usable&& other) noexcept {
    const bool left = other.use();
    left_ = left && this != &other;
    return *this;
  }
  ~usable() = default;

  // False if it was used up before.
  bool use() noexcept { return std::exchange(left_, false); }

private:
  bool left_ = true;
};

}  // namespace duroxide::detail
