// How deeply things of Python are nested that C++ walks through.
#pragma once

#include "api/python/native/gil.hpp"

namespace duroxide::python {

// One level deeper, while it lives, on this thread. Throws py::error_already_set, a RecursionError, for too many: the
// stack of a thread would overflow.
class nesting {
public:
  static constexpr int deepest = 500;

  explicit nesting(const char* what) {
    if (depth == deepest) raise(what);
    ++depth;
  }
  nesting(const nesting&) = delete;
  nesting& operator=(const nesting&) = delete;
  ~nesting() { --depth; }

  [[noreturn]] static void raise(const char* what) {
    PyErr_Format(PyExc_RecursionError, "%s; the limit is %d", what, deepest);
    throw py::error_already_set();
  }

private:
  static inline thread_local int depth = 0;
};

}  // namespace duroxide::python
