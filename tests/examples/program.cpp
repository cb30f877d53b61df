#include "tests/examples/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace duroxide::testing_support {

namespace {

pid_t start_process(const std::vector<std::string>& command, const std::string& output_file) {
  std::vector<char*> arguments;
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  pid_t process = fork();
  if (process < 0) throw std::runtime_error("fork failed");
  if (process > 0) return process;
  int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

}  // namespace

program_result run_program(const std::vector<std::string>& command) {
  std::string output_file = "/tmp/duroxide-output-XXXXXX";
  close(mkstemp(output_file.data()));
  pid_t process = start_process(command, output_file);
  int status = 0;
  waitpid(process, &status, 0);
  program_result result{exit_code_of(status), read_file(output_file)};
  unlink(output_file.c_str());
  return result;
}

running_program::running_program(const std::vector<std::string>& command, const std::string& output_file)
    : process_(start_process(command, output_file)) {}

running_program::~running_program() { kill_now(); }

bool running_program::ended() {
  int status = 0;
  if (reaped_ || waitpid(process_, &status, WNOHANG) != process_) return reaped_;
  reaped_ = true;
  exit_code_ = exit_code_of(status);
  return true;
}

void running_program::send(int signal) {
  if (!ended()) kill(process_, signal);
}

bool running_program::kill_now() {
  if (ended()) return false;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  reaped_ = true;
  return true;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace duroxide::testing_support
