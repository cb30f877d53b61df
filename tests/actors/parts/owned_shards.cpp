// Which shards this node owns.
#include "actors/cluster/owned_shards.hpp"

#include "tests/support/catch.hpp"

#include <vector>

namespace laws_of_owned_shards {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

owned_shard owned(std::uint32_t shard, std::uint64_t tenure, bool after_crash = false) {
  owned_shard made;
  made.shard = shard;
  made.tenure = tenure;
  made.after_crash = after_crash;
  return made;
}

}  // namespace

LAW("a node owns what it has taken and not given up, under the tenure of the last time") {
  owned_shards shards(4, {owned(0, 11), owned(2, 12)});
  CHECK(shards.count() == 2);
  CHECK(shards.is_partial());
  CHECK(shards.all() == std::vector<std::uint32_t>{2, 0});
  shards.take({owned(2, 13), owned(1, 14), owned(3, 15)});
  CHECK_FALSE(shards.is_partial());
  CHECK(shards.tenure(2) == 13);
  CHECK(shards.last(2) == std::vector<std::uint32_t>{3, 2});
  shards.give_up({2, 2});
  CHECK_FALSE(shards.contains(2));
  CHECK(shards.tenure(2) == 0);
  CHECK(shards.count() == 3);
}

LAW("a shard is suspect if its last owner died, until it is taken anew from one that did not") {
  owned_shards shards(2, {owned(0, 1, true), owned(1, 2)});
  CHECK(shards.is_suspect(0));
  CHECK_FALSE(shards.is_suspect(1));
  CHECK(shards.suspect() == std::vector<std::uint32_t>{0});
  shards.take({owned(0, 3)});
  CHECK_FALSE(shards.is_suspect(0));
}

}  // namespace laws_of_owned_shards
