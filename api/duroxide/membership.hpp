// What a node tells a store of itself, and what it owns there.
#pragma once

#include "duroxide/limits.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide {

struct node_offer {
  std::string name;                         // for people: host and process
  std::vector<std::string> orchestrations;  // "Name@1.2.3", one for each version
  std::vector<std::string> activities;
  bool runs_orchestrations = true;  // false: it never owns shards
  std::vector<int> history_formats{limits::oldest_history_format, limits::history_format};
};

// What an instance needs to be run.
struct instance_needs {
  std::string orchestration;
  std::string version;  // empty: any
  int history_format = limits::history_format;
};

// How much a node has to do; for people.
struct node_load {
  std::uint64_t resident_instances = 0;
  std::uint64_t queued_activities = 0;
  std::uint64_t running_activities = 0;
};

// A shard that a node owns. Each time that a shard gets an owner begins a new tenure of it.
struct owned_shard {
  std::uint32_t shard = 0;
  std::uint64_t tenure = 0;  // never 0, and never used again by another node
  bool after_crash = false;  // its last owner died, and so may the next one, of the same
};

// A node that has joined: its incarnation and what it owns. A node without shards runs activities, serves
// clients, and stands by.
struct node_membership {
  std::uint64_t node = 0;
  std::vector<owned_shard> shards;
  std::uint32_t shard_count = 1;
};

// What `heartbeat` brought.
struct heartbeat_result {
  std::vector<owned_shard> gained;
  std::size_t surplus = 0;  // shards that the node has beyond its share: others wait for them
};

}  // namespace duroxide
