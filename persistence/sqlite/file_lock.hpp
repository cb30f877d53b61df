// A lock between processes that the kernel releases when its holder dies.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace duroxide::persistence::sqlite {

// Holds the exclusive lock on a file of its own while it lives. The file stays: deleting it would let two
// processes hold locks on two files of the same name.
class file_lock {
public:
  // Nothing if somebody else holds it. Throws store_failure (store_unavailable) if the file cannot be made.
  static std::optional<file_lock> try_acquire(const std::string& path);

  file_lock(file_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  file_lock& operator=(file_lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~file_lock();

private:
  explicit file_lock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace duroxide::persistence::sqlite
