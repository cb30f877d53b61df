#include "tests/simulation/last_words.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace duroxide::simulation {

namespace {

// A seed takes a few milliseconds, and a hundred times as long under ThreadSanitizer on a busy machine.
constexpr unsigned absurdly_long = 300;  // seconds

// Written before it is needed: what a signal interrupts may hold the lock of the memory.
std::array<char, 200> words{};

const char* reason(int signal) {
  switch (signal) {
  case SIGALRM: return "  it takes absurdly long\n";
  case SIGABRT: return "  it was aborted\n";
  case SIGSEGV: return "  it broke down: segmentation fault\n";
  case SIGBUS: return "  it broke down: bus error\n";
  case SIGFPE: return "  it broke down: arithmetic error\n";
  case SIGILL: return "  it broke down: illegal instruction\n";
  default: return "  it was interrupted\n";
  }
}

void say(const char* text) {
  // Nothing can be done if nobody listens.
  const auto written = write(STDOUT_FILENO, text, std::strlen(text));
  static_cast<void>(written);
}

extern "C" void say_last_words(int signal) {
  say(words.data());
  say(reason(signal));
  _exit(1);
}

}  // namespace

std::string command_for(std::uint64_t seed) {
  const std::string text = std::to_string(seed);
  return "duroxide_simulate --seed " + text + " --log simulation-" + text + ".log";
}

void prepare_last_words() {
  for (const int each : {SIGALRM, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM, SIGINT})
    std::signal(each, say_last_words);
}

void is_at_seed(std::uint64_t seed) {
  std::snprintf(words.data(), words.size(), "seed %llu FAILED\n  reproduce: %s\n",
                static_cast<unsigned long long>(seed), command_for(seed).c_str());
  alarm(absurdly_long);
}

}  // namespace duroxide::simulation
