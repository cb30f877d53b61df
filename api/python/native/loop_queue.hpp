// Work for the thread of one event loop of Python.
#pragma once

#include "api/python/native/gil.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace duroxide::python {

// Any thread adds, without the GIL; a descriptor becomes readable, and the loop's thread does the work, in order.
class loop_queue {
public:
  using work = std::function<void()>;

  loop_queue();
  loop_queue(const loop_queue&) = delete;
  loop_queue& operator=(const loop_queue&) = delete;
  ~loop_queue();

  int fileno() const noexcept { return descriptor_; }
  void add(work what);
  // REQUIRES: the GIL; the loop's thread. An exception from one piece of work does not keep the others from being done.
  void drain();

private:
  std::vector<work> take_all();

  int descriptor_;
  std::mutex mutex_;
  std::vector<work> waiting_;
};

void bind_loop_queue(py::module_& module);

}  // namespace duroxide::python
