// Clients' operations on a thread of their own.
#pragma once

#include <duroxide/client_port.hpp>

#include <memory>

namespace duroxide::python {

// A port that works through a store keeps its caller waiting as long as the store does. This one does not: an event
// loop goes on meanwhile, and Ctrl-C is heard. Its thread works the operations off in order; waits do not hold it up.
std::shared_ptr<client_port> in_background(std::shared_ptr<client_port> port);

}  // namespace duroxide::python
