#include "tests/persistence/sqlite/child_process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace duroxide::persistence_tests {

namespace {

// Never returns into the test: what the child inherited belongs to its parent.
[[noreturn]] void run(int signal, const std::function<void()>& body) {
  char byte = 0;
  if (::read(signal, &byte, 1) != 1) ::_exit(EXIT_FAILURE);
  try {
    body();
  } catch (const std::exception&) {
    ::_exit(EXIT_FAILURE);
  }
  ::_exit(EXIT_SUCCESS);
}

}  // namespace

child_process::child_process(const std::function<void()>& body) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe could be made");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process could be made");
  if (process_ == 0) {
    ::close(ends[1]);
    run(ends[0], body);
  }
  ::close(ends[0]);
  signal_ = ends[1];
}

child_process::~child_process() {
  ::close(signal_);
  if (process_ > 0) wait();
}

void child_process::go() {
  if (::write(signal_, "!", 1) != 1) throw std::runtime_error("the child is gone");
}

int child_process::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return status;
}

bool child_process::ended_well() {
  const int status = wait();
  return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

void child_process::wait_until_killed() {
  if (!WIFSIGNALED(wait())) throw std::runtime_error("the child has failed before it was killed");
}

void child_process::wait_until_it_stands_still() {
  int status = 0;
  ::waitpid(process_, &status, WUNTRACED);
  if (WIFSTOPPED(status)) return;
  process_ = -1;
  throw std::runtime_error("the child has failed before it stood still");
}

void child_process::kill() {
  ::kill(process_, SIGKILL);
  wait();
}

void child_process::stand_still() {
  ::kill(::getpid(), SIGSTOP);
  ::_exit(EXIT_FAILURE);
}

void child_process::be_killed() {
  ::kill(::getpid(), SIGKILL);
  ::_exit(EXIT_FAILURE);
}

}  // namespace duroxide::persistence_tests
