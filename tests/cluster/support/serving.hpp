// How a node that is a process of its own lives.
#pragma once

#include "duroxide/runtime.hpp"

namespace duroxide::cluster_tests {

// While SIGTERM stops it in order, and the end of the test that has started it ends it at once. Made before
// there are other threads.
class node_life {
public:
  node_life();

  // Starts it, says "ready", and shuts it down on SIGTERM.
  void serve(runtime& node);
};

}  // namespace duroxide::cluster_tests
