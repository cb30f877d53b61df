// The members of a store and the shards that each owns: what a node reports of itself, and what a store does.
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
  std::vector<int> history_formats{1, 2, 3, limits::history_format};
};

// What an instance needs to be run.
struct instance_needs {
  std::string orchestration;
  std::string version;  // empty: any
  int history_format = limits::history_format;
};

// The load of a node; for people to read.
struct node_load {
  std::uint64_t resident_instances = 0;
  std::uint64_t queued_activities = 0;
  std::uint64_t running_activities = 0;
};

// A shard that a node owns. Each time a shard gets an owner, a new tenure begins.
struct owned_shard {
  std::uint32_t shard = 0;
  std::uint64_t tenure = 0;  // never 0 for an owned shard; no other node ever gets it
  bool after_crash = false;  // its last owner died; the same instance may kill the next one
};

// A node that has joined: its incarnation and what it owns. A node without shards runs activities, serves
// clients, and stands by.
struct node_membership {
  std::uint64_t node = 0;
  std::vector<owned_shard> shards;
  std::uint32_t shard_count = 1;
};

// The result of `heartbeat`.
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

  // Makes the caller a member, and, if it runs orchestrations, the owner of its share of the shards that no
  // living member owns. All members that run orchestrations have an equal share; if the store can have only one
  // owner, one of them has all. Expires dead members: their epochs end, so that their writers are fenced, and what
  // they held is set free. Their messages count as undelivered again, and one more crash is counted for their
  // activities; those of the caller's shards are then held by the caller, unless they were claimable.
  virtual stored<node_membership> join(const node_offer& offer) = 0;
  // Gives a sign of life, expires dead members as `join` does (their epochs end), and takes free shards up to
  // the node's share. Returns the shards that this call took. Fails as fenced if the node is no longer a
  // member, or if the store has lost commits that the node knows of (a server that came back without them):
  // then everything else that the node asks for fails as well.
  virtual stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load = {}) = 0;
  // The time until `heartbeat` is due. It is due earlier if the watch reports a change and this then returns
  // zero. None: the node is alone and owns all, so there is no other member to check on. Costs no access to
  // the store while nothing changes.
  virtual std::optional<duration> next_heartbeat_in(std::uint64_t node) = 0;
  // Gives up shards of which nothing is in memory or on its way to the store any more. Their activities that
  // the node holds stay with it, as claimable ones. Whether a shard came from a dead member is remembered for its
  // next owner. May be called twice; ignores shards that are not the node's.
  virtual stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) = 0;
  // Gives up what `join` gave. The node's writers are fenced from then on. `suspect`: the shards that came from a
  // dead member a short while ago; this is remembered for their next owners.
  virtual stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect = {}) = 0;
  // How many journal lanes a node should use: more than one helps where commits can be in flight in parallel.
  virtual std::uint32_t preferred_lanes() const { return 1; }
  // REQUIRES: a joined node.
  virtual stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) = 0;

  // Moves an instance that `node` cannot run, with its messages and activities, to a shard of a living node
  // that offers what it needs, and returns that shard; none if there is no such node, or the instance's shard
  // is not `node`'s. Activities of the instance that `node` holds stay with it, as claimable ones.
  virtual stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                        const instance_needs& needs) = 0;
  // Whether `relocate` would find a node; the caller is not counted.
  virtual stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) = 0;
};

}  // namespace duroxide
