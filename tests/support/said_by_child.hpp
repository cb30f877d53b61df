// What happens in the child of a fork.
#pragma once

#include "tests/support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <tuple>

namespace duroxide::testing_support {

// Runs `body` in the child of a fork, and gives what that returned. The child hangs no longer than a minute.
inline std::string said_by_child(const std::function<std::string()>& body) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    std::string text;
    try {
      text = body();
    } catch (const std::exception& e) {
      text = std::string("thrown: ") + e.what();
    }
    std::ignore = ::write(ends[1], text.data(), text.size());
    ::_exit(EXIT_SUCCESS);
  }
  ::close(ends[1]);
  std::string answer;
  char part[4096];
  for (ssize_t size = 0; (size = ::read(ends[0], part, sizeof part)) > 0;)
    answer.append(part, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS ? answer : answer + " and did not end well";
}

}  // namespace duroxide::testing_support
