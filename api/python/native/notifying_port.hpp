// Clients' operations that tell when their answer is there.
#pragma once

#include <duroxide/client_port.hpp>

#include <functional>
#include <memory>

namespace duroxide::python {

// `answered` is called after the reply of each operation, on the thread that replies.
std::shared_ptr<client_port> notifying_port(std::shared_ptr<client_port> port,
                                            std::function<void()> answered);

}  // namespace duroxide::python
