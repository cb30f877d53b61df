#include "api/python/native/store.hpp"

#include "api/python/native/background_port.hpp"
#include "api/python/native/failures.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <mutex>
#include <new>

namespace duroxide::python {

namespace {

std::function<std::string()> ask_for_password(py::object function) {
  const shared_object asked(std::move(function));
  return [asked]() -> std::string {
    const gil held;
    try {
      return text_of(invoke(asked.get()));
    } catch (...) {
      throw error(details_of(thrown_exception(), error_kind::store_unavailable, {}));
    }
  };
}

std::shared_ptr<store> open_postgres(const std::string& url, const std::optional<std::string>& schema,
                                     const std::optional<py::object>& password,
                                     const std::optional<std::int64_t>& suspect_after_ms, bool read_only) {
  postgres_options options;
  if (password && !password->is_none()) options.password = ask_for_password(*password);
  if (suspect_after_ms) options.suspect_after = duration(*suspect_after_ms);
  options.read_only = read_only;
  const without_gil released;
  return std::make_shared<store>(schema ? postgres_provider::connect_with_schema(url, *schema, options)
                                        : postgres_provider::connect(url, options));
}

std::shared_ptr<store> open_sqlite(const std::string& path, bool survives_power_loss, bool read_only) {
  sqlite_options options;
  if (!survives_power_loss) options.durability = sqlite_durability::survives_process_crash_only;
  options.read_only = read_only;
  const without_gil released;
  return std::make_shared<store>(sqlite_provider::open(path, options));
}

// Of the members of all stores. It is held shortly, and with nothing else.
std::mutex& mutex_of_stores() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

}  // namespace

void forget_stores() { new (&mutex_of_stores()) std::mutex; }

void store::serve_by(const std::shared_ptr<runtime>& started) {
  const std::lock_guard lock(mutex_of_stores());
  serving_.push_back(started);
}

void store::stop_serving(const std::shared_ptr<runtime>& stopped) {
  const std::lock_guard lock(mutex_of_stores());
  std::erase_if(serving_, [&](const std::weak_ptr<runtime>& each) {
    const auto serving = each.lock();
    return !serving || serving == stopped;
  });
}

std::shared_ptr<client_port> store::serving_port() {
  const std::lock_guard lock(mutex_of_stores());
  for (const auto& each : serving_)
    if (const auto serving = each.lock()) return serving->client().port();
  return nullptr;
}

std::shared_ptr<client_port> store::store_port() {
  const std::lock_guard lock(mutex_of_stores());
  if (!direct_) direct_ = in_background(client(provider_).port());
  return direct_;
}

void bind_store(py::module_& module) {
  py::class_<store, std::shared_ptr<store>>(module, "Store")
      .def_static("sqlite", &open_sqlite, py::arg("path"), py::arg("survives_power_loss") = true,
                  py::arg("read_only") = false)
      .def_static("memory",
                  [] {
                    const without_gil released;
                    return std::make_shared<store>(sqlite_provider::open_in_memory());
                  })
      .def_static("postgres", &open_postgres, py::arg("url"), py::arg("schema") = py::none(),
                  py::arg("password") = py::none(), py::arg("suspect_after_ms") = py::none(),
                  py::arg("read_only") = false)
      .def_static(
          "open",
          [](const std::string& url) {
            const without_gil released;
            return std::make_shared<store>(open_store(url));
          },
          py::arg("url"));
}

}  // namespace duroxide::python
