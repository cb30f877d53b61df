// Who owns what, and who may write.
#pragma once

#include "duroxide/provider.hpp"
#include "tests/simulation/findings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::simulation {

// A second book, kept from what the store has answered and not from what is in it: a store that gives a shard
// to two nodes, or lets one write whose epoch is over, disagrees with it (I3).
class ownership {
public:
  // One writer of one journal lane.
  struct author {
    std::uint64_t node = 0;
    std::uint32_t lane = 0;
    std::uint64_t serial = 0;
  };

  explicit ownership(findings& to) : findings_(to) {}

  // -- what was done ------------------------------------------------------------
  void joined(const std::string& process, const node_membership& membership);
  void gained(std::uint64_t node, const std::vector<owned_shard>& shards);
  void released(std::uint64_t node, const std::vector<std::uint32_t>& shards);
  void left(std::uint64_t node);
  // All others that have joined are expired, or have left.
  void only_these_live(const std::vector<node_info>& members);
  void relocated(const std::string& instance, std::uint32_t shard);
  author opened_writer(std::uint64_t node, std::uint32_t lane);
  void committed(const author& writer, const commit_batch& batch, const batch_receipt& receipt);
  // The process stands still, or does not know what became of a write.
  void is_in_trouble(const std::string& process);

  // -- whose activities run ------------------------------------------------------
  // The last incarnation that the process has joined as; 0: none.
  std::uint64_t incarnation_of(const std::string& process) const;
  bool is_member(std::uint64_t node) const;
  // Whether others may do again what the incarnation held: it did not leave in order.
  bool is_lost(std::uint64_t node) const;

private:
  struct incarnation {
    std::string process;
    bool is_member = true;
    bool in_trouble = false;
    bool is_dead = false;
  };
  struct tenancy {
    std::uint64_t node = 0;  // 0: nobody
    std::uint64_t tenure = 0;
  };

  std::uint32_t home_of(const std::string& instance) const;
  void look_at_author(const author& writer);
  void look_at_turn(std::uint64_t node, const turn_commit& turn);
  // Only the owner of the receiver can have a message in its memory.
  void look_at_tenure(std::uint64_t node, std::uint64_t delivered_under, const std::string& receiver);

  findings& findings_;
  std::uint32_t shard_count_ = 1;
  std::uint64_t last_serial_ = 0;
  std::map<std::uint64_t, incarnation> incarnations_;
  std::map<std::uint32_t, tenancy> shards_;
  std::map<std::uint64_t, std::uint64_t> nodes_of_tenures_;
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> writers_;  // the last of node and lane
  std::map<std::string, std::uint32_t> relocated_instances_;                  // of relocated instances
};

}  // namespace duroxide::simulation
