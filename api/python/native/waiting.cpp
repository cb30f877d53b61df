#include "api/python/native/waiting.hpp"

#include <algorithm>

namespace duroxide::python {

using namespace std::chrono_literals;

bool wait_and_listen(const std::function<bool(std::chrono::milliseconds)>& wait_for,
                     std::chrono::steady_clock::time_point until, const std::function<void()>& interrupted) {
  const auto longest = on_main_thread() ? 20ms : 1000ms;
  for (;;) {
    {
      const without_gil released;
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
