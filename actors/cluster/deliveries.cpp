#include "actors/cluster/deliveries.hpp"

#include <map>
#include <utility>

namespace duroxide::internal {

std::vector<delivery>
deliveries_of(std::vector<message> messages,
              const std::function<std::uint32_t(const std::string& instance)>& shard_of) {
  std::vector<delivery> all;
  std::map<std::uint32_t, deliver_many> open;
  const auto close = [&] {
    for (auto& [shard, batch] : std::exchange(open, {})) all.push_back({shard, std::move(batch)});
  };
  for (message& each : messages) {
    const bool is_cancel = each.kind == message_kind::cancel;
    const std::uint32_t shard = shard_of(each.instance);
    open[shard].contents.push_back(std::move(each));
    if (is_cancel) close();
  }
  close();
  return all;
}

}  // namespace duroxide::internal
