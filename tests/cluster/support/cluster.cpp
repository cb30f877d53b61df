#include "tests/cluster/support/cluster.hpp"

#include "tests/support/eventually.hpp"
#include "tests/support/postgres_schema.hpp"
#include "tests/support/postgres_server.hpp"

#include <algorithm>
#include <utility>

namespace duroxide::cluster_tests {

namespace {

using testing_support::eventually;
using testing_support::postgres_schema;
using testing_support::postgres_server;

constexpr std::size_t shard_count = 256;

std::string with_schema(const std::string& url, const std::string& schema) {
  const char separator = url.find('?') == std::string::npos ? '?' : '&';
  return url + separator + "schema=" + schema;
}

std::string new_schema() {
  static int made = 0;
  return "cluster_" + std::to_string(++made);
}

}  // namespace

cluster::cluster() : cluster(std::make_unique<postgres_schema>(), testing_support::postgres_url()) {}

cluster::cluster(const postgres_server& server) : cluster(nullptr, with_schema(server.url(), new_schema())) {}

cluster::cluster(std::unique_ptr<postgres_schema> schema, std::string url)
    : schema_(std::move(schema)), url_(schema_ ? with_schema(url, schema_->name()) : std::move(url)),
      store_(open_store(url_)), client_(store_) {}

cluster::~cluster() = default;

node_process& cluster::start(const std::string& name, std::vector<std::string> options) {
  member& made = members_.emplace_back();
  made.given = {url_, name, folder_.file(""), std::move(options)};
  made.process = std::make_unique<node_process>(made.given);
  made.process->await_ready();
  return *made.process;
}

std::size_t cluster::restart_ended() {
  std::size_t ended = 0;
  for (member& each : members_) {
    if (!each.process->has_ended()) continue;
    ++ended;
    node_arguments again = each.given;
    again.name += "-" + std::to_string(++each.restarts);
    each.process = std::make_unique<node_process>(again);
  }
  return ended;
}

bool cluster::becomes_balanced(std::size_t nodes) const {
  const std::size_t share = (shard_count + nodes - 1) / nodes;
  const auto is_balanced = [&] {
    const auto living = admin().list_nodes(0);
    std::size_t sum = 0;
    std::size_t most = 0;
    for (const node_info& each : living) {
      sum += each.shards.size();
      most = std::max(most, each.shards.size());
    }
    return living.size() == nodes && sum == shard_count && most == share;
  };
  return eventually(is_balanced, patience);
}

std::string cluster::inconsistencies() const {
  std::string lines;
  for (const inconsistency& each : admin().verify().first) lines += each.instance + ": " + each.what + "\n";
  return lines;
}

}  // namespace duroxide::cluster_tests
