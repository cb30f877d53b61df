#include "tests/simulation/ownership.hpp"

#include <algorithm>

namespace duroxide::simulation {

namespace {

std::string name_of(std::uint64_t node) { return "node " + std::to_string(node); }

}  // namespace

// -- what was done --------------------------------------------------------------

void ownership::joined(const std::string& process, const node_membership& membership) {
  shard_count_ = membership.shard_count;
  if (!incarnations_.try_emplace(membership.node, incarnation{process}).second)
    findings_.note(name_of(membership.node) + " joins for the second time (I3)");
  gained(membership.node, membership.shards);
}

void ownership::gained(std::uint64_t node, const std::vector<owned_shard>& shards) {
  for (const owned_shard& each : shards) {
    tenancy& held = shards_[each.shard];
    const std::string which = "shard " + std::to_string(each.shard);
    if (held.node != node && is_member(held.node))
      findings_.note(which + " comes to " + name_of(node) + " while " + name_of(held.node) + " owns it (I3)");
    if (each.tenure <= held.tenure)
      findings_.note(which + " comes to " + name_of(node) + " under a tenure that is over (I3)");
    const auto holder = nodes_of_tenures_.emplace(each.tenure, node).first->second;
    if (holder != node) findings_.note(name_of(node) + " has a tenure of " + name_of(holder) + " (I3)");
    held = {node, each.tenure};
  }
}

void ownership::released(std::uint64_t node, const std::vector<std::uint32_t>& shards) {
  for (const std::uint32_t each : shards)
    if (const auto found = shards_.find(each); found != shards_.end() && found->second.node == node)
      found->second.node = 0;
}

void ownership::left(std::uint64_t node) {
  if (const auto found = incarnations_.find(node); found != incarnations_.end())
    found->second.is_member = false;
}

void ownership::only_these_live(const std::vector<node_info>& members) {
  for (auto& [node, entry] : incarnations_) {
    if (!entry.is_member) continue;
    const auto lives = std::ranges::find(members, node, &node_info::node);
    if (lives != members.end()) continue;
    entry.is_member = false;
    entry.is_dead = true;
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
  if (const auto found = incarnations_.find(incarnation_of(process)); found != incarnations_.end())
    found->second.in_trouble = true;
}

// -- who writes -----------------------------------------------------------------

void ownership::committed(const author& writer, const commit_batch& batch, const batch_receipt& receipt) {
  look_at_author(writer);
  for (std::size_t i = 0; i < batch.turns.size(); ++i)
    if (receipt.turns.at(i).outcome == turn_outcome::committed) look_at_turn(writer.node, *batch.turns[i]);
  for (const client_post& each : batch.posts)
    look_at_tenure(writer.node, each.delivered_under, each.content.instance);
}

void ownership::look_at_author(const author& writer) {
  if (!is_member(writer.node))
    findings_.note(name_of(writer.node) + " commits, and is no member any more (I3)");
  if (writers_.at({writer.node, writer.lane}) != writer.serial)
    findings_.note(name_of(writer.node) + " commits by a writer that has a successor (I3)");
}

void ownership::look_at_turn(std::uint64_t node, const turn_commit& turn) {
  const std::uint32_t shard = home_of(turn.instance);
  const auto found = shards_.find(shard);
  const std::uint64_t owner = found != shards_.end() ? found->second.node : 0;
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
  const auto found = nodes_of_tenures_.find(delivered_under);
  if (found == nodes_of_tenures_.end() || found->second != node)
    findings_.note(name_of(node) + " says of a message to instance '" + receiver +
                       "' that it has it in memory, under a tenure that is not its own (I3)",
                   receiver);
}

std::uint32_t ownership::home_of(const std::string& instance) const {
  const auto found = relocated_instances_.find(instance);
  return found != relocated_instances_.end() ? found->second : shard_of(instance, shard_count_);
}

// -- whose activities run --------------------------------------------------------

std::uint64_t ownership::incarnation_of(const std::string& process) const {
  std::uint64_t last = 0;
  for (const auto& [node, entry] : incarnations_)
    if (entry.process == process) last = node;
  return last;
}

bool ownership::is_member(std::uint64_t node) const {
  const auto found = incarnations_.find(node);
  return found != incarnations_.end() && found->second.is_member;
}

bool ownership::is_lost(std::uint64_t node) const {
  const auto found = incarnations_.find(node);
  return found != incarnations_.end() && !found->second.is_member &&
         (found->second.is_dead || found->second.in_trouble);
}

}  // namespace duroxide::simulation
