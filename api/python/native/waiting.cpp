#include "api/python/native/waiting.hpp"

#include <unistd.h>

#include <algorithm>

namespace duroxide::python {

namespace {

using namespace std::chrono_literals;

// Python handles signals on this thread alone.
bool on_main_thread() { return ::gettid() == ::getpid(); }

}  // namespace

bool wait_and_listen(const std::function<bool(std::chrono::milliseconds)>& wait_for,
                     std::chrono::steady_clock::time_point until, const std::function<void()>& interrupted) {
  const auto longest = on_main_thread() ? 20ms : 1000ms;
  for (;;) {
    {
      const py::gil_scoped_release released;
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      if (wait_for(std::clamp<std::chrono::milliseconds>(left, 0ms, longest))) return true;
      if (left <= 0ms) return false;
    }
    if (PyErr_CheckSignals() != 0) {
      interrupted();
      throw py::error_already_set();
    }
  }
}

}  // namespace duroxide::python
