// Whether code of a handler runs on this thread.
#pragma once

namespace duroxide::python {

// While it lives, it does.
class running_handler {
public:
  running_handler() noexcept { ++depth; }
  running_handler(const running_handler&) = delete;
  running_handler& operator=(const running_handler&) = delete;
  ~running_handler() { --depth; }

  static bool is_any() noexcept { return depth > 0; }

private:
  static inline thread_local int depth = 0;
};

}  // namespace duroxide::python
