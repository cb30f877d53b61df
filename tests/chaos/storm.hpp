// What happens to the nodes and to their store while clients are at work.
#pragma once

#include "tests/chaos/clients.hpp"
#include "tests/chaos/fleet.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace duroxide::testing_support {
class postgres_server;
}  // namespace duroxide::testing_support

namespace duroxide::chaos {

// How often something was done.
struct tally {
  std::size_t kills = 0;
  std::size_t pauses = 0;
  std::size_t replaced = 0;
  std::size_t fast_restarts = 0;
  std::size_t immediate_restarts = 0;
  std::size_t dropped_connections = 0;
};

// One trouble after the other, each after some progress of the clients, in rounds in which each kind comes
// once.
class storm {
public:
  struct settings {
    std::size_t instances_between = 0;  // one trouble and the next
    std::chrono::steady_clock::time_point until{};
    std::uint64_t seed = 0;
  };
  storm(fleet& nodes, clients& at_work, settings given);

  // kill -9, and stopping in order.
  void add_deaths();
  // Hanging for so long that it is expired, lost connections, and restarts of the server. `store`: on that
  // server.
  void add_outages(testing_support::postgres_server& server, const admin& store);

  // Until `until`, and one round at least; then until the clients are done.
  void rage();

  const tally& done() const { return done_; }
  // Lines for what nodes did and should not have done.
  const std::vector<std::string>& failures() const { return failures_; }

private:
  std::size_t some_place() { return random_() % nodes_.size(); }
  void await_progress();
  void pause_one(const admin& store);
  void do_safely(const std::function<void()>& action);

  fleet& nodes_;
  clients& at_work_;
  const settings given_;
  std::mt19937_64 random_;
  std::vector<std::function<void()>> kinds_;
  tally done_;
  std::vector<std::string> failures_;
};

}  // namespace duroxide::chaos
