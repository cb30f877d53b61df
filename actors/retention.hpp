// Deletes what has been over for long enough.
#pragma once

#include "actors/peers.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace duroxide::internal {

// On a thread of its own, if the options ask for it: looks through the oldest instances, a page at a time,
// and deletes each that ended long enough ago in a transaction of its own. Of the nodes of a cluster, the one
// that owns shard 0 does it.
class retention {
public:
  explicit retention(peers_ptr all);

private:
  void run(const std::stop_token& stopping) const;
  void sweep(const std::stop_token& stopping) const;
  void treat(const instance_summary& each) const;

  peers_ptr peers_;
  std::jthread thread_;  // ends before what it uses
};

}  // namespace duroxide::internal
