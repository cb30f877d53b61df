#include "api/python/native/log_queue.hpp"

#include <duroxide/log.hpp>
#include "api/python/native/live_orchestration.hpp"
#include "api/python/native/rows.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace duroxide::python {

namespace {

// Records that wait for the thread that gives them to Python's logging. Threads of the engine never wait for it.
class record_queue {
public:
  explicit record_queue(std::size_t capacity) : capacity_(capacity) {}

  void add(const log_record& record) {
    const std::lock_guard lock(mutex_);
    if (records_.size() < capacity_)
      records_.push_back(record);
    else
      ++dropped_;
    changed_.notify_one();
  }
  // Blocks until there are some; none: the queue was closed.
  std::deque<log_record> take() {
    std::unique_lock lock(mutex_);
    while (records_.empty() && !closed_) changed_.wait(lock);
    return std::exchange(records_, {});
  }
  std::uint64_t take_dropped() {
    const std::lock_guard lock(mutex_);
    return std::exchange(dropped_, 0);
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<log_record> records_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

py::object to_python(const log_value& value) {
  return std::visit(
      [](const auto& held) -> py::object {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>)
          return python::to_python(held);
        else
          return py::cast(held);
      },
      value);
}

py::tuple to_python(const log_record& record) {
  py::dict fields;
  for (const log_field& each : record.fields) fields[python::to_python(each.name)] = to_python(each.value);
  return py::make_tuple(static_cast<int>(record.level), python::to_python(record.logger),
                        python::to_python(record.text), ms(record.time), fields);
}

// Takes the log of the process until it is closed.
class log_queue {
public:
  log_queue(std::size_t capacity, int least_level) : records_(std::make_shared<record_queue>(capacity)) {
    set_least_level(least_level);
  }
  log_queue(const log_queue&) = delete;
  log_queue& operator=(const log_queue&) = delete;
  ~log_queue() { close(); }

  void set_least_level(int level) {
    const trace_level least = trace_level_of(level);
    const without_gil released;  // it waits for a thread that is in the hook
    set_log_hook([records = records_](const log_record& record) { records->add(record); }, least);
    open_ = true;
  }
  py::list pop() {
    std::deque<log_record> taken;
    {
      const without_gil released;
      taken = records_->take();
    }
    py::list list;
    for (const log_record& each : taken) list.append(to_python(each));
    return list;
  }
  std::uint64_t dropped() { return records_->take_dropped(); }
  void close() {
    if (!std::exchange(open_, false)) return;
    const without_gil released;
    set_log_hook({});
    records_->close();
  }

private:
  std::shared_ptr<record_queue> records_;
  bool open_ = false;
};

}  // namespace

void bind_log_queue(py::module_& module) {
  py::class_<log_queue>(module, "LogQueue")
      .def(py::init<std::size_t, int>())
      .def("set_least_level", &log_queue::set_least_level)
      .def("pop", &log_queue::pop)
      .def("dropped", &log_queue::dropped)
      .def("close", &log_queue::close);
}

}  // namespace duroxide::python
