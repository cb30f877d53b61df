// What a store must hold, in memory, as plainly as it can be said.
#pragma once

#include "tests/persistence/conformance/kit.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::conformance {

struct modelled_message {
  std::string label;
  bool delivered = false;  // its node has it in memory
};

struct modelled_instance {
  runtime_status status = runtime_status::pending;
  std::uint64_t execution = 1;
  std::uint64_t next_event = 1;
  std::vector<std::string> history;  // "3+2": two events from 3 on, of the current execution
  std::vector<modelled_message> inbox;
  std::set<std::uint64_t> activities;  // event ids of the current execution
  std::map<std::string, std::string> kv;
  std::map<std::string, std::string> labels;
  std::string custom_status;
};

class store_model {
public:
  std::map<std::string, modelled_instance> instances;

  bool runs(const std::string& instance) const;
  // What a turn does, and how the store must answer it. `labels`: of the messages that it consumes.
  turn_outcome apply(const turn_commit& turn, const std::vector<std::string>& consumed);
  bool start(const instance_start& what, bool replace_terminal);
  post_outcome post(const message& content, bool delivered);
  // The node is another one from now on.
  void forget_deliveries();

  // All that the store must say of an instance; "" if there is none.
  std::string seen(const std::string& instance) const;
  // What the inbox must bring.
  std::multiset<std::string> undelivered() const;
};

// Tells the messages of one instance apart: every message of a test has a name or a source of its own.
std::string label_of(const message& content);
// The same as store_model::seen, from a store.
std::string seen_in(provider& store, const std::string& instance);

}  // namespace duroxide::conformance
