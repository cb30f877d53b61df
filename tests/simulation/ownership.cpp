#include "tests/simulation/ownership.hpp"

#include <algorithm>

namespace duroxide::simulation {

namespace {

std::string name_of(std::uint64_t node) { return "node " + std::to_string(node); }

}  // namespace

// -- what was done --------------------------------------------------------------

void ownership::joined(const std::string& process, const node_membership& as) {
  shard_count_ = as.shard_count;
  if (!incarnations_.try_emplace(as.node, incarnation{process}).second)
    findings_.note(name_of(as.node) + " joins for the second time (I3)");
  gained(as.node, as.shards);
}

void ownership::gained(std::uint64_t node, const std::vector<owned_shard>& shards) {
  for (const owned_shard& each : shards) {
    tenancy& it = shards_[each.shard];
    const std::string which = "shard " + std::to_string(each.shard);
    if (it.node != node && is_member(it.node))
      findings_.note(which + " comes to " + name_of(node) + " while " + name_of(it.node) + " owns it (I3)");
    if (each.tenure <= it.tenure)
      findings_.note(which + " comes to " + name_of(node) + " under a tenure that is over (I3)");
    const auto holder = nodes_of_tenures_.emplace(each.tenure, node).first->second;
    if (holder != node) findings_.note(name_of(node) + " has a tenure of " + name_of(holder) + " (I3)");
    it = {node, each.tenure};
  }
}

void ownership::released(std::uint64_t node, const std::vector<std::uint32_t>& shards) {
  for (const std::uint32_t each : shards)
    if (const auto it = shards_.find(each); it != shards_.end() && it->second.node == node)
      it->second.node = 0;
}

void ownership::left(std::uint64_t node) {
  if (const auto it = incarnations_.find(node); it != incarnations_.end()) it->second.is_member = false;
}

void ownership::only_these_live(const std::vector<node_info>& members) {
  for (auto& [node, it] : incarnations_) {
    if (!it.is_member) continue;
    const auto lives = std::ranges::find(members, node, &node_info::node);
    if (lives != members.end()) continue;
    it.is_member = false;
    it.is_dead = true;
  }
}

void ownership::relocated(const std::string& instance, std::uint32_t shard) {
  relocated_instances_.insert_or_assign(instance, shard);
}

ownership::author ownership::opened_writer(std::uint64_t node, std::uint32_t lane) {
  writers_[{node, lane}] = ++last_serial_;
  return {node, lane, last_serial_};
}

void ownership::is_in_trouble(const std::string& process) {
  if (const auto it = incarnations_.find(incarnation_of(process)); it != incarnations_.end())
    it->second.in_trouble = true;
}

// -- who writes -----------------------------------------------------------------

void ownership::committed(const author& by, const commit_batch& batch, const batch_receipt& receipt) {
  look_at_author(by);
  for (std::size_t i = 0; i < batch.turns.size(); ++i)
    if (receipt.turns.at(i).outcome == turn_outcome::committed) look_at_turn(by.node, *batch.turns[i]);
  for (const client_post& each : batch.posts)
    look_at_tenure(by.node, each.delivered_under, each.content.instance);
}

void ownership::look_at_author(const author& by) {
  if (!is_member(by.node)) findings_.note(name_of(by.node) + " commits, and is no member any more (I3)");
  if (writers_.at({by.node, by.lane}) != by.serial)
    findings_.note(name_of(by.node) + " commits by a writer that has a successor (I3)");
}

void ownership::look_at_turn(std::uint64_t node, const turn_commit& turn) {
  const std::uint32_t shard = home_of(turn.instance);
  const auto it = shards_.find(shard);
  const std::uint64_t owner = it != shards_.end() ? it->second.node : 0;
  if (owner != node)
    findings_.note(name_of(node) + " commits a turn of instance '" + turn.instance + "' of shard " +
                       std::to_string(shard) + ", which " +
                       (owner == 0 ? "nobody owns" : "is " + name_of(owner) + "'s") + " (I3)",
                   turn.instance);
  for (const outgoing_message& each : turn.messages)
    look_at_tenure(node, each.delivered_under, each.content.instance);
  for (const outgoing_start& each : turn.starts)
    look_at_tenure(node, each.delivered_under, each.what.instance);
}

void ownership::look_at_tenure(std::uint64_t node, std::uint64_t delivered_under,
                               const std::string& receiver) {
  if (delivered_under == 0) return;
  const auto it = nodes_of_tenures_.find(delivered_under);
  if (it == nodes_of_tenures_.end() || it->second != node)
    findings_.note(name_of(node) + " says of a message to instance '" + receiver +
                       "' that it has it in memory, under a tenure that is not its own (I3)",
                   receiver);
}

std::uint32_t ownership::home_of(const std::string& instance) const {
  const auto it = relocated_instances_.find(instance);
  return it != relocated_instances_.end() ? it->second : shard_of(instance, shard_count_);
}

// -- whose activities run --------------------------------------------------------

std::uint64_t ownership::incarnation_of(const std::string& process) const {
  std::uint64_t last = 0;
  for (const auto& [node, it] : incarnations_)
    if (it.process == process) last = node;
  return last;
}

bool ownership::is_member(std::uint64_t node) const {
  const auto it = incarnations_.find(node);
  return it != incarnations_.end() && it->second.is_member;
}

bool ownership::is_lost(std::uint64_t node) const {
  const auto it = incarnations_.find(node);
  return it != incarnations_.end() && !it->second.is_member && (it->second.is_dead || it->second.in_trouble);
}

}  // namespace duroxide::simulation
