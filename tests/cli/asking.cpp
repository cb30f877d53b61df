// A person at a terminal is asked before something is deleted.
#include "duroxide/client.hpp"
#include "tests/cli/command.hpp"
#include "tests/support/catch.hpp"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace laws_of_asking {

using namespace duroxide;
using namespace duroxide::testing_support;

namespace {

struct dialogue {
  int exit_code = -1;
  std::string screen;
};

// Runs the program on a terminal of its own, and answers once it has asked.
dialogue talk(std::vector<std::string> words, const std::string& answer) {
  words.insert(words.begin(), DUROXIDE_COMMAND);
  std::vector<char*> arguments;
  for (std::string& each : words) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  int terminal = -1;
  const winsize size{24, 80, 0, 0};
  const pid_t process = forkpty(&terminal, nullptr, nullptr, &size);
  if (process == 0) {
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  dialogue found;
  bool is_answered = false;
  std::array<char, 512> part{};
  // The read fails when the program has ended and all that it wrote is read.
  for (ssize_t count = 0; (count = read(terminal, part.data(), part.size())) > 0;) {
    found.screen.append(part.data(), static_cast<std::size_t>(count));
    if (is_answered || found.screen.find("[y/N] ") == std::string::npos) continue;
    is_answered = write(terminal, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
  }
  close(terminal);
  int status = 0;
  waitpid(process, &status, 0);
  found.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return found;
}

}  // namespace

LAW("who says no keeps what is there, and who says yes has it deleted") {
  const named_store store;
  const client client(store.open());
  client.start({"Order", "o", "1"});
  const std::vector<std::string> words{"--store", store.url(), "delete", "o", "--force", "--patience", "0s"};
  const dialogue no = talk(words, "\n");
  CHECK_THAT(no.screen, Catch::Contains("Delete an instance") && Catch::Contains("Nothing was deleted."));
  CHECK(no.exit_code == 3);
  CHECK(store.json({"show", "o"}).at("id") == "o");
  const dialogue yes = talk(words, "y\n");
  CHECK(yes.exit_code == 0);
  CHECK_THAT(yes.screen, Catch::Contains("Deleted 1 instance"));
  CHECK(store.run({"show", "o"}).exit_code == 4);
}

LAW("a terminal has colours, and lines that fit") {
  const named_store store;
  const client client(store.open());
  client.start({"Order", "o", "1", {.labels = {{"note", std::string(200, 'x')}}}});
  const dialogue list = talk({"--store", store.url(), "list", "--color", "always"}, "");
  CHECK(list.exit_code == 0);
  CHECK_THAT(list.screen, Catch::Contains("\x1b[2mpending\x1b[0m") && Catch::Contains("x…"));
}

}  // namespace laws_of_asking
