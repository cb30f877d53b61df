#include "tests/cluster/support/node_process.hpp"

#include "tests/support/eventually.hpp"

#include <signal.h>

#include <stdexcept>

namespace duroxide::cluster_tests {

namespace {

using testing_support::eventually;
using testing_support::read_file;

std::vector<std::string> command_of(const node_arguments& given) {
  std::vector<std::string> command{CLUSTER_NODE, given.store, given.name, given.folder};
  command.insert(command.end(), given.options.begin(), given.options.end());
  return command;
}

std::string log_of(const node_arguments& given) { return given.folder + "/" + given.name + ".log"; }

}  // namespace

node_process::node_process(const node_arguments& given)
    : name_(given.name), log_(log_of(given)), program_(command_of(given), log_) {}

void node_process::await_ready() {
  const auto is_ready = [&] { return read_file(log_).find("ready\n") != std::string::npos; };
  eventually([&] { return is_ready() || has_ended(); });
  if (!is_ready()) fail("did not start");
}

void node_process::stop() {
  program_.send(SIGTERM);
  if (!eventually([&] { return has_ended(); })) fail("did not stop");
  if (program_.exit_code() != 0) fail("did not stop in order");
}

void node_process::pause() { program_.send(SIGSTOP); }

void node_process::resume() { program_.send(SIGCONT); }

void node_process::fail(const std::string& complaint) const {
  throw std::runtime_error("node " + name_ + " " + complaint + ": " + read_file(log_));
}

}  // namespace duroxide::cluster_tests
