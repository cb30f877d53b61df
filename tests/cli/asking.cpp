// A person at a terminal is asked before something is deleted.
#include "duroxide/admin.hpp"
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

// Runs the program on a terminal of its own. `look` is called with the screen whenever there is more on it, and with
// the terminal, to which it may write.
template <class Look> dialogue run_on_terminal(std::vector<std::string> words, Look look) {
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
  std::array<char, 512> part{};
  // The read fails when the program has ended and all that it wrote is read.
  for (ssize_t count = 0; (count = read(terminal, part.data(), part.size())) > 0;) {
    found.screen.append(part.data(), static_cast<std::size_t>(count));
    look(found.screen, terminal);
  }
  close(terminal);
  int status = 0;
  waitpid(process, &status, 0);
  found.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return found;
}

// Answers once the program has asked.
dialogue talk(const std::vector<std::string>& words, const std::string& answer) {
  bool is_answered = false;
  return run_on_terminal(words, [&](const std::string& screen, int terminal) {
    if (is_answered || screen.find("[y/N] ") == std::string::npos) return;
    is_answered = write(terminal, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
  });
}

template <class Look> dialogue watch(const std::vector<std::string>& words, Look look) {
  return run_on_terminal(words, [&](const std::string& screen, int) { look(screen); });
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

LAW("what is watched is shown again, until it is gone") {
  const named_store store;
  const client client(store.open());
  client.start({"Order", "o", "1"});
  bool is_deleted = false;
  const dialogue seen =
      watch({"--store", store.url(), "show", "o", "--watch"}, [&](const std::string& screen) {
        if (is_deleted || screen.find("pending") == std::string::npos) return;
        is_deleted = client.admin().delete_instance("o", true, duration{}).instances == 1;
      });
  CHECK(is_deleted);
  CHECK(seen.exit_code == 4);
  CHECK_THAT(seen.screen, Catch::Contains("there is no instance 'o'"));
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
