// Waiting for an answer in a function that Python called.
#pragma once

#include "api/python/native/gil.hpp"

#include <chrono>
#include <functional>

namespace duroxide::python {

// Whether it is ready before `until`. Waits without the GIL. On the main thread signals are handled meanwhile; an
// exception of their handlers (KeyboardInterrupt) is thrown as py::error_already_set, after `interrupted` was called.
// REQUIRES: the GIL. `wait_for` blocks for at most the time that it is given, and says whether it is ready.
bool wait_and_listen(const std::function<bool(std::chrono::milliseconds)>& wait_for,
                     std::chrono::steady_clock::time_point until, const std::function<void()>& interrupted);

}  // namespace duroxide::python
