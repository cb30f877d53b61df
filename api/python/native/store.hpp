// A store that is open in Python, and the runtimes of this process that run on it.
#pragma once

#include <duroxide/duroxide.hpp>
#include "api/python/native/gil.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace duroxide::python {

// Any thread may use it, with or without the GIL.
class store {
public:
  explicit store(std::shared_ptr<provider> opened) : provider_(std::move(opened)) {}

  const std::shared_ptr<provider>& opened() const noexcept { return provider_; }

  // A runtime that runs orchestrations here serves the clients of this store from now on.
  void serve_by(const std::shared_ptr<runtime>& started);
  void stop_serving(const std::shared_ptr<runtime>& stopped);

  // That of the runtime that serves; null if there is none.
  std::shared_ptr<client_port> serving_port();
  // Works through the store itself.
  std::shared_ptr<client_port> store_port();

private:
  std::shared_ptr<provider> provider_;
  std::vector<std::weak_ptr<runtime>> serving_;
  std::shared_ptr<client_port> direct_;
};

// In the child of a fork, where another thread of the parent may have held the lock of all stores.
void forget_stores();

void bind_store(py::module_& module);

}  // namespace duroxide::python
