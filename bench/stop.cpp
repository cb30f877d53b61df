#include "bench/stop.hpp"

#include <signal.h>

#include <atomic>

namespace duroxide::bench {

namespace {

std::atomic<bool> asked = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

extern "C" void on_interrupt(int) { asked = true; }

}  // namespace

void listen_for_interrupt() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

bool asked_to_stop() { return asked; }

}  // namespace duroxide::bench
