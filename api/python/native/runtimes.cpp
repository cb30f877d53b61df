#include "api/python/native/runtimes.hpp"

#include "api/python/native/handlers.hpp"
#include "api/python/native/metrics.hpp"
#include "api/python/native/options.hpp"
#include "api/python/native/rows.hpp"
#include "api/python/native/running_handler.hpp"
#include "api/python/native/store.hpp"
#include "api/python/native/waiting.hpp"

#include <pybind11/stl.h>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
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

// A runtime, and what it takes to shut it down: it can outlive the object of Python, which may go on any thread.
class served_runtime {
public:
  served_runtime(std::shared_ptr<store> opened, const runtime_options& options)
      : store_(std::move(opened)), runtime_(std::make_shared<runtime>(store_->opened(), options)),
        orchestrates_(options.orchestration_concurrency != std::size_t{0}),
        registered_(std::make_shared<registration>()) {
    registered_->target = runtime_.get();
  }

  runtime& get() const noexcept { return *runtime_; }
  const std::shared_ptr<registration>& registered() const noexcept { return registered_; }

  // Without the GIL, both: handlers run at once.
  void start() {
    runtime_->start();
    started_ = true;
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
    if (!started_) return;
    const gil held;
    registered_->let_functions_go();
  }

private:
  std::shared_ptr<store> store_;
  std::shared_ptr<runtime> runtime_;
  bool orchestrates_;
  std::shared_ptr<registration> registered_;
  std::atomic<bool> started_ = false;
};

// Runs `what`, without the GIL, on a thread of its own; what it throws is lost if nobody waits for the future.
std::future<void> on_own_thread(std::function<void()> what) {
  auto done = std::make_shared<std::promise<void>>();
  std::future<void> ended = done->get_future();
  std::thread([done, run = std::move(what)]() mutable {
    try {
      run();
      run = nullptr;
      done->set_value();
    } catch (...) {
      done->set_exception(std::current_exception());
    }
  }).detach();
  return ended;
}

class runtime_in_python {
public:
  runtime_in_python(std::shared_ptr<store> opened, const py::dict& given) {
    runtime_options options;
    apply_options(options, given);
    served_ = std::make_shared<served_runtime>(std::move(opened), options);
  }
  runtime_in_python(const runtime_in_python&) = delete;
  runtime_in_python& operator=(const runtime_in_python&) = delete;
  // The garbage collector may come here on any thread, in the middle of an orchestration: so the runtime is shut
  // down on another one, which only the main thread waits for.
  ~runtime_in_python() {
    if (finalizing()) {
      new std::shared_ptr<served_runtime>(
          std::move(served_));  // left behind: handlers can no longer be dropped
      return;
    }
    std::future<void> ended =
        on_own_thread([served = std::move(served_)] { served->shut_down(std::nullopt); });
    if (!on_main_thread() || running_handler::is_any()) return;
    const without_gil released;
    ended.wait();
  }

  const std::shared_ptr<served_runtime>& served() const noexcept { return served_; }
  handlers_in_python handlers() const { return {served_->registered()}; }

  void set_version_policy(const std::string& orchestration, const std::optional<std::string>& version) const {
    served_->get().set_version_policy(orchestration,
                                      version ? version_policy::exact(semantic_version::parse(*version))
                                              : version_policy::latest());
  }
  metrics_snapshot metrics() const { return served_->get().metrics(); }

private:
  std::shared_ptr<served_runtime> served_;
};

void start(const runtime_in_python& runtime) {
  const without_gil released;
  runtime.served()->start();
}

// On the main thread Ctrl-C is heard meanwhile; the shutdown then goes on by itself.
void shut_down(const runtime_in_python& runtime, const std::optional<std::int64_t>& timeout_ms) {
  if (!on_main_thread() || running_handler::is_any()) {
    const without_gil released;
    return runtime.served()->shut_down(timeout_ms);
  }
  std::future<void> ended =
      on_own_thread([served = runtime.served(), timeout_ms] { served->shut_down(timeout_ms); });
  const auto is_ready = [&](std::chrono::milliseconds limit) {
    return ended.wait_for(limit) == std::future_status::ready;
  };
  wait_and_listen(is_ready, std::chrono::steady_clock::time_point::max(), [] {});
  ended.get();
}

void shut_all_down(std::int64_t timeout_ms) {
  for (const auto& each : running_runtimes::instance().all()) {
    each->shutdown(duration(timeout_ms));
    running_runtimes::instance().remove(each);
  }
}

}  // namespace

void bind_runtime(py::module_& module) {
  py::class_<runtime_in_python>(module, "Runtime")
      .def(py::init<std::shared_ptr<store>, const py::dict&>())
      .def("handlers", &runtime_in_python::handlers, py::keep_alive<0, 1>())
      .def("set_version_policy", &runtime_in_python::set_version_policy)
      .def("start", &start)
      .def("shutdown", &shut_down)
      .def("metrics", [](const runtime_in_python& runtime) { return to_python(runtime.metrics()); })
      .def("prometheus", [](const runtime_in_python& runtime) { return to_prometheus(runtime.metrics()); });
  module.def("shut_all_down", &shut_all_down, py::call_guard<without_gil>());
  module.def("forget_all", [] {
    running_runtimes::instance().forget();
    forget_stores();
    forget_dropped_objects();
  });
}

}  // namespace duroxide::python
