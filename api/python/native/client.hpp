// Clients of Python, blocking and for event loops.
#pragma once

#include <duroxide/client.hpp>
#include "api/python/native/gil.hpp"

#include <thread>
#include <utility>

namespace duroxide::python {

// Works through any port: of a store that is open in Python, of a running activity, of a simulation.
class client_in_python {
public:
  explicit client_in_python(client through) : through_(std::move(through)) {}
  // Of a simulation, which is on one thread.
  client_in_python(client through, std::thread::id thread) : through_(std::move(through)), thread_(thread) {}

  // Throws configuration_error (invalid_argument) on another thread than that of its simulation.
  const client& through() const {
    if (thread_ != std::thread::id() && thread_ != std::this_thread::get_id())
      throw configuration_error(error_kind::invalid_argument,
                                "a client of an Environment is used on the thread that made the Environment");
    return through_;
  }

private:
  client through_;
  std::thread::id thread_;
};

void bind_client(py::module_& module);

}  // namespace duroxide::python
