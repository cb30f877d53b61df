#include "api/python/native/runtimes.hpp"

#include "api/python/native/handlers.hpp"
#include "api/python/native/metrics.hpp"
#include "api/python/native/options.hpp"
#include "api/python/native/rows.hpp"
#include "api/python/native/store.hpp"

#include <pybind11/stl.h>

#include <mutex>
#include <string>
#include <vector>

namespace duroxide::python {

namespace {

// All runtimes of this process that have been started and not shut down.
class running_runtimes {
public:
  static running_runtimes& instance() {
    static auto* runtimes = new running_runtimes;
    return *runtimes;
  }

  void add(std::shared_ptr<runtime> started) {
    const std::lock_guard lock(mutex_);
    running_.push_back(std::move(started));
  }
  void remove(const std::shared_ptr<runtime>& stopped) {
    const std::lock_guard lock(mutex_);
    std::erase(running_, stopped);
  }
  std::vector<std::shared_ptr<runtime>> all() {
    const std::lock_guard lock(mutex_);
    return running_;
  }
  // In the child of a fork nobody else holds the lock, but its state may be that of a thread of the parent.
  void forget() { new (this) running_runtimes; }

private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<runtime>> running_;
};

class runtime_in_python {
public:
  runtime_in_python(std::shared_ptr<store> opened, const py::dict& given) : store_(std::move(opened)) {
    runtime_options options;
    apply_options(options, given);
    orchestrates_ = options.orchestration_concurrency != std::size_t{0};
    runtime_ = std::make_shared<runtime>(store_->opened(), options);
  }
  runtime_in_python(const runtime_in_python&) = delete;
  runtime_in_python& operator=(const runtime_in_python&) = delete;
  ~runtime_in_python() {
    const py::gil_scoped_release released;
    shut_down(std::nullopt);
    runtime_.reset();
  }

  handlers_in_python handlers() const { return {runtime_.get()}; }

  void set_version_policy(const std::string& orchestration, const std::optional<std::string>& version) const {
    runtime_->set_version_policy(orchestration, version
                                                    ? version_policy::exact(semantic_version::parse(*version))
                                                    : version_policy::latest());
  }

  // Without the GIL: handlers run at once.
  void start() const {
    runtime_->start();
    running_runtimes::instance().add(runtime_);
    if (orchestrates_) store_->serve_by(runtime_);
  }

  void shut_down(const std::optional<std::int64_t>& timeout_ms) const {
    store_->stop_serving(runtime_);
    if (timeout_ms)
      runtime_->shutdown(duration(*timeout_ms));
    else
      runtime_->shutdown();
    running_runtimes::instance().remove(runtime_);
  }

  metrics_snapshot metrics() const { return runtime_->metrics(); }

private:
  std::shared_ptr<store> store_;
  std::shared_ptr<runtime> runtime_;
  bool orchestrates_ = true;
};

void shut_all_down(std::int64_t timeout_ms) {
  for (const auto& each : running_runtimes::instance().all()) {
    each->shutdown(duration(timeout_ms));
    running_runtimes::instance().remove(each);
  }
}

}  // namespace

void bind_runtime(py::module_& module) {
  using without_gil = py::call_guard<py::gil_scoped_release>;
  py::class_<runtime_in_python>(module, "Runtime")
      .def(py::init<std::shared_ptr<store>, const py::dict&>())
      .def("handlers", &runtime_in_python::handlers, py::keep_alive<0, 1>())
      .def("set_version_policy", &runtime_in_python::set_version_policy)
      .def("start", &runtime_in_python::start, without_gil())
      .def("shutdown", &runtime_in_python::shut_down, without_gil())
      .def("metrics", [](const runtime_in_python& runtime) { return to_python(runtime.metrics()); })
      .def("prometheus", [](const runtime_in_python& runtime) { return to_prometheus(runtime.metrics()); });
  module.def("shut_all_down", &shut_all_down, without_gil());
  module.def("forget_all", [] { running_runtimes::instance().forget(); });
}

}  // namespace duroxide::python
