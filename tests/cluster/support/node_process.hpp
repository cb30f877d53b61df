// A node in a process of its own.
#pragma once

#include "tests/examples/program.hpp"

#include <string>
#include <vector>

namespace duroxide::cluster_tests {

// What node.cpp is told.
struct node_arguments {
  std::string store;
  std::string name;
  std::string folder;  // for its notes, and for what it prints
  std::vector<std::string> options;
};

// Starts it; killed with kill -9 at the latest by the destructor. Members that wait throw std::runtime_error,
// with what the node printed, when it does not come to that.
class node_process {
public:
  explicit node_process(const node_arguments& given);

  const std::string& name() const { return name_; }
  bool has_ended() { return program_.ended(); }
  // Until it is a member of the store and takes work.
  void await_ready();

  // In order, as a service manager stops a service; until it has ended.
  void stop();
  // kill -9.
  void kill() { program_.kill_now(); }
  // It hangs, until it is resumed; its sessions and locks stay.
  void pause();
  void resume();

private:
  [[noreturn]] void fail(const std::string& complaint) const;

  std::string name_;
  std::string log_;
  testing_support::running_program program_;
};

}  // namespace duroxide::cluster_tests
