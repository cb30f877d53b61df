#include "api/python/native/testing.hpp"

#include <duroxide/testing.hpp>
#include "api/python/native/activities.hpp"
#include "api/python/native/client.hpp"
#include "api/python/native/handlers.hpp"
#include "api/python/native/options.hpp"
#include "api/python/native/rows.hpp"
#include "api/python/native/running_handler.hpp"
#include "api/python/native/store.hpp"

#include <pybind11/stl.h>

#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

namespace duroxide::python {

namespace {

// The function gets handlers for each process, which are valid until it returns.
testing::handlers registered_by(py::object function) {
  return [registering = shared_object(std::move(function))](runtime& process) {
    const gil held;
    const running_handler here;
    const auto valid = std::make_shared<registration>();
    valid->target = &process;
    struct ending {
      registration* ended;
      ~ending() { ended->target = nullptr; }
    } const ends{valid.get()};
    invoke(registering.get(), handlers_in_python{valid});
  };
}

testing::environment_options options_of(const py::dict& given, const std::optional<std::int64_t>& begin,
                                        std::uint64_t seed,
                                        const std::optional<std::pair<std::uint64_t, bool>>& crash) {
  testing::environment_options options;
  apply_options(options.runtime, given);
  if (begin) options.begin = timestamp(duration(*begin));
  options.seed = seed;
  if (crash) options.crash = testing::crash_point{crash->first, crash->second};
  return options;
}

// The environment, and all that happens in it, is on the thread that made it, which gives the GIL back while C++ runs.
class world {
public:
  world(const testing::handlers& registered, const testing::environment_options& options)
      : environment_(std::make_unique<testing::environment>(registered, options)) {}
  world(const world&) = delete;
  world& operator=(const world&) = delete;
  // Where it cannot be destroyed, it is left behind: the garbage collector comes on any thread, and at any time.
  ~world() {
    if (is_elsewhere() || running_handler::is_any() || finalizing()) (void)environment_.release();
  }

  testing::environment& get() const {
    if (!environment_) refuse("it is closed");
    if (is_elsewhere()) refuse("only the thread that made it may use it");
    return *environment_;
  }
  // For what makes time go on, which code that runs in it cannot do.
  testing::environment& from_outside() const {
    testing::environment& environment = get();
    if (running_handler::is_any()) refuse("code that runs in it cannot do that");
    return environment;
  }
  void close() {
    if (!environment_) return;
    (void)from_outside();
    environment_.reset();
  }

private:
  [[noreturn]] static void refuse(const char* why) {
    throw configuration_error(error_kind::invalid_argument,
                              std::string("an Environment cannot be used here: ") + why);
  }
  bool is_elsewhere() const noexcept { return home_ != std::this_thread::get_id(); }

  std::thread::id home_ = std::this_thread::get_id();
  std::unique_ptr<testing::environment> environment_;
};

py::dict to_python(const testing::replay_verdict& verdict) {
  py::dict row;
  row["instance"] = python::to_python(verdict.instance);
  row["orchestration"] = python::to_python(verdict.orchestration);
  row["version"] = python::to_python(verdict.version);
  row["execution"] = verdict.execution;
  row["events"] = verdict.events;
  row["matches"] = verdict.matches;
  row["why"] = python::to_python(verdict.why);
  row["unregistered_activities"] = list_of(verdict.unregistered_activities);
  return row;
}

py::list rows_of(const std::vector<testing::replay_verdict>& verdicts) {
  py::list rows;
  for (const auto& each : verdicts) rows.append(to_python(each));
  return rows;
}

py::list replay_open(const std::shared_ptr<store>& opened, py::object registering) {
  const auto registered = registered_by(std::move(registering));
  std::vector<testing::replay_verdict> verdicts;
  {
    const without_gil released;
    verdicts = testing::replay_open_instances(opened->opened(), registered);
  }
  return rows_of(verdicts);
}

py::list replay_file(const std::string& file, py::object registering) {
  std::ifstream exported(file);
  if (!exported) throw py::value_error("the file '" + file + "' cannot be read");
  const auto registered = registered_by(std::move(registering));
  std::vector<testing::replay_verdict> verdicts;
  {
    const without_gil released;
    verdicts = testing::replay_exported(exported, registered);
  }
  return rows_of(verdicts);
}

std::pair<int, std::string> run_gate(const std::string& url, py::object registering) {
  const auto registered = registered_by(std::move(registering));
  const without_gil released;
  std::ostringstream report;
  const int code = testing::gate(url, registered, report);
  return {code, report.str()};
}

void advance(const world& simulated, std::int64_t length_ms) {
  testing::environment& environment = simulated.from_outside();
  const without_gil released;
  environment.advance(duration(length_ms));
}

void crash(const world& simulated) {
  testing::environment& environment = simulated.from_outside();
  const without_gil released;
  environment.crash();
}

void call_after(const world& simulated, std::int64_t delay_ms, py::object function) {
  simulated.get().call_after(duration(delay_ms), [call = shared_object(std::move(function))] {
    const gil held;
    const running_handler here;
    invoke(call.get());
  });
}

}  // namespace

void bind_testing(py::module_& module) {
  py::class_<world>(module, "Environment")
      .def(py::init([](py::object registering, const py::dict& options, std::optional<std::int64_t> begin,
                       std::uint64_t seed, std::optional<std::pair<std::uint64_t, bool>> crashing) {
        return std::make_unique<world>(registered_by(std::move(registering)),
                                       options_of(options, begin, seed, crashing));
      }))
      .def("client",
           [](const world& simulated) {
             return client_in_python(simulated.get().client(), std::this_thread::get_id());
           })
      .def("store", [](const world& simulated) { return std::make_shared<store>(simulated.get().store()); })
      .def("now", [](const world& simulated) { return ms(simulated.get().now()); })
      .def("advance", &advance)
      .def("call_after", &call_after)
      .def("crash", &crash)
      .def("crashes", [](const world& simulated) { return simulated.get().crashes(); })
      .def("writes", [](const world& simulated) { return simulated.get().writes(); })
      .def("last_write", [](const world& simulated) { return simulated.get().last_write(); })
      .def("crashed_write", [](const world& simulated) { return simulated.get().crashed_write(); })
      .def("close", &world::close);
  module.def("replay_open_instances", &replay_open);
  module.def("replay_exported", &replay_file);
  module.def("gate", &run_gate);
}

}  // namespace duroxide::python
