// What other parts of this layer may see of a runtime.
#pragma once

#include "duroxide/runtime.hpp"

#include <memory>

namespace duroxide {

class runtime_access {
 public:
  static std::shared_ptr<client_port> port(const runtime& runtime);
};

} // namespace duroxide
