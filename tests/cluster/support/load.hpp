// Work for a cluster: instances of every kind, and what must come of each.
#pragma once

#include "duroxide/duroxide.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace duroxide::cluster_tests {

class load {
public:
  explicit load(client client) : client_(std::move(client)) {}

  // Starts so many chains, and with each four of them a family and a sleeper.
  void start(int chains);
  // Starts so many patients, and waits until they wait for their event.
  void start_patients(int count);
  // Gives the patients what they wait for.
  void raise_events();

  // How many activities the instances have together; each must be run.
  std::size_t activities() const { return activities_; }
  // Waits for all instances. A line for each that did not end as it must; empty: every result is right.
  std::string wrong();

private:
  void begin(const orchestration<int(int)>& contract, const std::string& id, int input, int output);

  client client_;
  std::map<std::string, std::string> outputs_;  // by instance
  std::size_t activities_ = 0;
  int chains_ = 0;
  int patients_ = 0;
  int raised_ = 0;
};

}  // namespace duroxide::cluster_tests
