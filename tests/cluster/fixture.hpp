// What the laws of this folder begin with.
#pragma once

#include "tests/cluster/contracts.hpp"
#include "tests/cluster/support/cluster.hpp"
#include "tests/cluster/support/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

namespace duroxide::cluster_tests {

using testing_support::eventually;

// Until the nodes have run so many activities, of a load that takes them longer than that.
inline bool is_under_way(const cluster& nodes, const load& work, std::size_t runs) {
  return eventually([&] { return nodes.runs().count() >= runs; }) &&
         nodes.runs().activities() < work.activities();
}

}  // namespace duroxide::cluster_tests
