#include "tests/cluster/support/serving.hpp"

#include <signal.h>
#include <sys/prctl.h>

#include <iostream>

namespace duroxide::cluster_tests {

namespace {

sigset_t stop_signal() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  return stop;
}

}  // namespace

node_life::node_life() {
  const sigset_t stop = stop_signal();
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void node_life::serve(runtime& node) {
  node.start();
  std::cout << "ready" << std::endl;
  const sigset_t stop = stop_signal();
  int received = 0;
  sigwait(&stop, &received);
  node.shutdown();
}

}  // namespace duroxide::cluster_tests
