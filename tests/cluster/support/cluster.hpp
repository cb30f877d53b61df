// Nodes on one PostgreSQL schema, each in a process of its own, and a client beside them.
#pragma once

#include "duroxide/duroxide.hpp"
#include "tests/cluster/support/activity_runs.hpp"
#include "tests/cluster/support/node_process.hpp"
#include "tests/support/stores.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace duroxide::testing_support {
class postgres_schema;
class postgres_server;
}  // namespace duroxide::testing_support

namespace duroxide::cluster_tests {

// Longer than any law takes that holds.
inline constexpr std::chrono::seconds patience{60};

class cluster {
public:
  // On a schema of the test server, gone with this object.
  cluster();
  // On a schema of a server of the test's own, which must outlive this object.
  explicit cluster(const testing_support::postgres_server& server);
  cluster(const cluster&) = delete;
  cluster& operator=(const cluster&) = delete;
  ~cluster();

  // Starts a node and waits until it takes work. Names are used once.
  node_process& start(const std::string& name, std::vector<std::string> options = {});
  // Starts again, under another name and with the same options, each node that has ended, as a service
  // manager would; gives how many. Does not wait for them. What `start` gave for those is gone.
  std::size_t restart_ended();

  // As open_store takes it.
  const std::string& url() const { return url_; }
  // There is no runtime behind it.
  duroxide::client client() const { return client_; }
  duroxide::admin admin() const { return duroxide::admin(store_); }
  activity_runs runs() const { return activity_runs(folder_.file("runs")); }

  // Waits until so many nodes live, and each has its share of the shards.
  bool becomes_balanced(std::size_t nodes) const;
  // What cannot be in the store; empty: nothing.
  std::string inconsistencies() const;

private:
  struct member {
    node_arguments given;
    int restarts = 0;
    std::unique_ptr<node_process> process{};
  };
  // Without a schema: the one that `url` names is nobody's business afterwards.
  cluster(std::unique_ptr<testing_support::postgres_schema> schema, std::string url);

  std::unique_ptr<testing_support::postgres_schema> schema_;
  testing_support::temporary_folder folder_;
  std::string url_;
  std::shared_ptr<provider> store_;
  duroxide::client client_;
  std::list<member> members_;
};

}  // namespace duroxide::cluster_tests
