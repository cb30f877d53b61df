#include "api/python/native/loop_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>

namespace duroxide::python {

loop_queue::loop_queue() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

loop_queue::~loop_queue() { ::close(descriptor_); }

void loop_queue::add(work what) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = waiting_.empty();
    waiting_.push_back(std::move(what));
  }
  const std::uint64_t one = 1;
  // It cannot fail: the counter is read before it overflows.
  if (was_empty) [[maybe_unused]]
    const auto written = ::write(descriptor_, &one, sizeof one);
}

std::vector<loop_queue::work> loop_queue::take_all() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void loop_queue::drain() {
  for (work& each : take_all()) {
    try {
      each();
    } catch (py::error_already_set& e) {
      e.discard_as_unraisable("a queue of duroxide");
    } catch (const std::exception& e) {
      PyErr_SetString(PyExc_RuntimeError, e.what());
      PyErr_WriteUnraisable(nullptr);
    }
    each = nullptr;
  }
}

void bind_loop_queue(py::module_& module) {
  py::class_<loop_queue, std::shared_ptr<loop_queue>>(module, "LoopQueue")
      .def(py::init<>())
      .def("fileno", &loop_queue::fileno)
      .def("drain", &loop_queue::drain);
}

}  // namespace duroxide::python
