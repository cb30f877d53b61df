// Clients' operations by whoever is nearest: a runtime in this process, or the store.
#pragma once

#include "api/python/native/store.hpp"

#include <memory>

namespace duroxide::python {

// Asks the runtime of this process that serves the store. If there is none, if it stops meanwhile, or if it does not
// know the orchestration that is to be started (another process may), the operation goes through the store.
std::shared_ptr<client_port> nearest_port(std::shared_ptr<store> opened);

}  // namespace duroxide::python
