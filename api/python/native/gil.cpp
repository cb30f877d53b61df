#include "api/python/native/gil.hpp"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <new>
#include <vector>

namespace duroxide::python {

namespace {

// Objects that were dropped without the GIL.
class dropped_objects {
public:
  // Never destroyed: threads may drop objects while the process ends.
  static dropped_objects& instance() {
    static auto* objects = new dropped_objects;
    return *objects;
  }

  void add(PyObject* object) {
    const std::lock_guard lock(mutex_);
    objects_.push_back(object);
    const bool was_empty = !any_.exchange(true);
    // If nobody takes the GIL for long, the main thread looks after them.
    if (was_empty) Py_AddPendingCall([](void*) { return instance().release(), 0; }, nullptr);
  }

  // REQUIRES: the GIL.
  void release() {
    if (!any_.load(std::memory_order_relaxed)) return;
    std::vector<PyObject*> objects;
    {
      const std::lock_guard lock(mutex_);
      objects.swap(objects_);
      any_ = false;
    }
    for (PyObject* each : objects) Py_DECREF(each);
  }

  void forget() { new (this) dropped_objects; }

private:
  std::mutex mutex_;
  std::vector<PyObject*> objects_;
  std::atomic<bool> any_ = false;
};

// A Python thread state for a thread that Python did not make, for as long as the thread lives.
class thread_state {
public:
  thread_state() {
    if (PyGILState_GetThisThreadState() != nullptr) return;
    PyGILState_Ensure();
    state_ = PyEval_SaveThread();
  }
  thread_state(const thread_state&) = delete;
  thread_state& operator=(const thread_state&) = delete;
  ~thread_state() {
    if (state_ == nullptr || finalizing()) return;
    guarded([this] {
      PyEval_RestoreThread(state_);
      PyGILState_Release(PyGILState_UNLOCKED);
    });
  }

private:
  PyThreadState* state_ = nullptr;
};

bool is_barred() noexcept { return finalizing() && !(on_main_thread() && Py_IsInitialized()); }

PyGILState_STATE acquire() {
  if (is_barred()) hang();
  return guarded([] {
    thread_local const thread_state kept;
    return PyGILState_Ensure();
  });
}

void drop(PyObject* object) {
  if (object == nullptr || finalizing()) return;
  if (PyGILState_Check())
    Py_DECREF(object);
  else
    dropped_objects::instance().add(object);
}

}  // namespace

bool finalizing() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return !Py_IsInitialized() || Py_IsFinalizing();
#else
  return !Py_IsInitialized() || _Py_IsFinalizing();
#endif
}

bool on_main_thread() noexcept { return ::gettid() == ::getpid(); }

void hang() noexcept {
  for (;;) ::pause();
}

gil::gil() : state_(acquire()) { dropped_objects::instance().release(); }

gil::~gil() {
  if (is_barred()) hang();
  PyGILState_Release(state_);
}

without_gil::~without_gil() {
  if (is_barred()) hang();
  guarded([this] { PyEval_RestoreThread(state_); });
}

void forget_dropped_objects() { dropped_objects::instance().forget(); }

shared_object::shared_object(py::object object) : object_(object.release().ptr(), &drop) {}

}  // namespace duroxide::python
