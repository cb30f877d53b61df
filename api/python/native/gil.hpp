// Python's global interpreter lock (GIL) on threads that Python did not make, and Python objects that they hold.
#pragma once

#include <cxxabi.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <utility>

namespace duroxide::python {

namespace py = pybind11;

// Whether the interpreter is going or gone: nobody may enter it any more, except the main thread while it is going.
bool finalizing() noexcept;

// Python handles signals on this thread alone, and it is the one that ends the interpreter.
bool on_main_thread() noexcept;

// Never returns. Where threads end up that want the GIL of an interpreter that is going: CPython before 3.14 would
// unwind them with pthread_exit, through frames of C++ that do not expect it.
[[noreturn]] void hang() noexcept;

// Calls into Python. If the interpreter goes meanwhile, the unwinding that CPython begins (see hang) stops right here.
template <class Function> auto guarded(Function&& function) {
  try {
    return std::forward<Function>(function)();
  } catch (abi::__forced_unwind&) {
    hang();
  }
}

// Holds the GIL; any thread, also one that holds it already. Keeps the thread's Python thread state until the thread
// ends, because making one costs more than all the rest. Does not come back if the interpreter is going.
class gil {
public:
  gil();
  gil(const gil&) = delete;
  gil& operator=(const gil&) = delete;
  ~gil();

private:
  PyGILState_STATE state_;
};

// Gives the GIL back for as long as it lives. Pybind11's own guard ends the process if the interpreter goes meanwhile:
// the unwinding of the thread (see hang) meets a destructor that must not throw.
class without_gil {
public:
  without_gil() : state_(PyEval_SaveThread()) {}
  without_gil(const without_gil&) = delete;
  without_gil& operator=(const without_gil&) = delete;
  ~without_gil();

private:
  PyThreadState* state_;
};

// A Python object that any thread may hold, copy and drop. The last one to drop it needs no GIL: without it the
// object is handed to whoever takes the GIL next. When the interpreter is going, it is left alone.
class shared_object {
public:
  shared_object() = default;
  // REQUIRES: the GIL.
  explicit shared_object(py::object object);
  // REQUIRES: the GIL, to do anything with it.
  py::handle get() const noexcept { return object_.get(); }
  explicit operator bool() const noexcept { return object_ != nullptr; }

private:
  std::shared_ptr<PyObject> object_;
};

// In the child of a fork, where other threads of the parent may have held locks.
void forget_dropped_objects();

}  // namespace duroxide::python
