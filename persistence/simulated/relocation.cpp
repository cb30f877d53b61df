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
std::vector<std::uint32_t> shards_for(const tables& in, std::uint64_t node, const instance_needs& needs) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t shard = 0; shard < in.shard_count(); ++shard) {
    const std::uint64_t owner = in.shards[shard].node;
    if (owner != nobody && owner != node && offers(in.nodes.at(owner).offer, needs)) found.push_back(shard);
  }
  return found;
}

}  // namespace

// One shard after the other, so that many instances spread. What the owner has looked through does not hold
// these messages: they come as if they had been written now.
std::optional<std::uint32_t> relocate(tables& in, news& whom, std::uint64_t node, const std::string& instance,
                                      const instance_needs& needs) {
  instance_row* it = in.find(instance);
  if (it == nullptr || !in.owns(node, it->shard)) return std::nullopt;
  const auto possible = shards_for(in, node, needs);
  if (possible.empty()) return std::nullopt;
  const std::uint32_t shard = possible[in.relocated++ % possible.size()];
  in.move(*it, shard);
  for (auto& [number, each] : it->activities)
    in.change(each, [](activity_row& moved) { moved.what.claimable = true; });
  whom.all = true;
  return shard;
}

bool is_runnable_elsewhere(const tables& in, std::uint64_t node, const instance_needs& needs) {
  return !shards_for(in, node, needs).empty();
}

}  // namespace duroxide::internal::simulated
