// Who works on a store, and which shards each node owns: what a node tells of itself, and what a store does.
#pragma once

#include "duroxide/limits.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/store_writer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
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
  bool after_crash = false;  // its last owner died; the same instance may kill the next one
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

// The members of a store, and their shards. Any thread may call; all members block for the time of a store
// access unless they say otherwise.
class membership_store {
public:
  membership_store() = default;
  membership_store(const membership_store&) = delete;
  membership_store& operator=(const membership_store&) = delete;
  virtual ~membership_store() = default;

  // Makes the caller a member, and, if it runs orchestrations, the owner of its share of the shards that
  // nobody living owns. The share is as many for each member that runs orchestrations, or all for one of them
  // if the store can have only one owner. What dead members held is set free: their messages
  // count as undelivered again, their activities count one more crash; those of the caller's shards are then
  // held by the caller, unless they were claimable.
  virtual stored<node_membership> join(const node_offer& offer) = 0;
  // Looks after the other members: gives a sign of life, expires the dead ones as `join` does, and takes free
  // shards up to the node's share. Gives the shards that this call brought. Fails as fenced if the node is
  // not a member any more, or if the store has lost commits that the node knows of (a server that came back
  // without them): then so does all else that it asks for.
  virtual stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load = {}) = 0;
  // When `heartbeat` is due: at the latest after so long, or when the watch tells of something and this then says
  // zero. None: the node is alone and owns all, so there is nobody to look after. Costs no access to the
  // store while nothing changes.
  virtual std::optional<duration> next_heartbeat_in(std::uint64_t node) = 0;
  // Gives up shards, of which nothing is in memory or on its way to the store any more. Activities of theirs
  // that are held by the node stay there, as claimable ones; a shard that came from a dead member is known to
  // still. May be done twice; ignores shards that are not the node's.
  virtual stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) = 0;
  // Gives up what `join` gave. The node's writers are fenced from then on. Of the suspect shards, which came from
  // a dead member a short while ago, that is still known to the next owner.
  virtual stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect = {}) = 0;
  // How many journal lanes a node should write by: more than one pays where commits can wait side by side.
  virtual std::uint32_t preferred_lanes() const { return 1; }
  // REQUIRES: a joined node.
  virtual stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) = 0;

  // Moves an instance that `node` cannot run, with its messages and activities, to a shard of a living node
  // that offers what it needs, and gives that shard; none if there is no such node, or the instance's shard
  // is not `node`'s. What of its activities is held by the node stays there, as claimable.
  virtual stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                        const instance_needs& needs) = 0;
  // Whether `relocate` would find a node; the caller is not counted.
  virtual stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) = 0;
};

}  // namespace duroxide
