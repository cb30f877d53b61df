#include "persistence/simulated/relocation.hpp"

#include <algorithm>
#include <vector>

namespace duroxide::internal::simulated {

namespace {

// No version has an @ in it.
bool offers(const node_offer& offer, const instance_needs& needs) {
  if (!offer.runs_orchestrations) return false;
  if (std::ranges::find(offer.history_formats, needs.history_format) == offer.history_formats.end())
    return false;
  const std::string any = needs.orchestration + "@";
  return std::ranges::any_of(offer.orchestrations, [&](const std::string& each) {
    if (!needs.version.empty()) return each == any + needs.version;
    return each.starts_with(any) && each.find('@', any.size()) == std::string::npos;
  });
}

// Shards of other living nodes that offer what is needed.
std::vector<std::uint32_t> shards_for(const tables& rows, std::uint64_t node, const instance_needs& needs) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t shard = 0; shard < rows.cluster.shard_count(); ++shard) {
    const std::uint64_t owner = rows.cluster.shards[shard].node;
    if (owner != nobody && owner != node && offers(rows.cluster.nodes.at(owner).offer, needs))
      found.push_back(shard);
  }
  return found;
}

}  // namespace

// One shard after the other, so that many instances spread. What the owner has looked through does not hold
// these messages: they come as if they had been written now.
std::optional<std::uint32_t> relocate(tables& rows, news& concerned, std::uint64_t node,
                                      const std::string& instance, const instance_needs& needs) {
  instance_row* row = rows.instances.find(instance);
  if (row == nullptr || !rows.cluster.owns(node, row->shard)) return std::nullopt;
  const auto possible = shards_for(rows, node, needs);
  if (possible.empty()) return std::nullopt;
  const std::uint32_t shard = possible[rows.relocated++ % possible.size()];
  rows.messages.move(*row, shard);
  for (auto& [number, each] : row->activities)
    rows.activities.change(each, [](activity_row& moved) { moved.what.claimable = true; });
  concerned.all = true;
  return shard;
}

bool is_runnable_elsewhere(const tables& rows, std::uint64_t node, const instance_needs& needs) {
  return !shards_for(rows, node, needs).empty();
}

}  // namespace duroxide::internal::simulated
