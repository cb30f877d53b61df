// What a node knows of instances on another shard than the one that their id gives.
#include "actors/cluster/relocated_instances.hpp"

#include "tests/support/catch.hpp"

namespace laws_of_relocated_instances {

using duroxide::internal::relocated_instances;

LAW("an instance is where it was last seen, until it is forgotten") {
  relocated_instances known;
  CHECK_FALSE(known.find("a"));
  known.set_shard("a", 3);
  known.set_shard("b", 4);
  known.set_shard("a", 5);
  CHECK(known.find("a") == 5);
  CHECK(known.find("b") == 4);
  known.forget("a");
  known.forget("a");
  CHECK_FALSE(known.find("a"));
  CHECK(known.find("b") == 4);
}

}  // namespace laws_of_relocated_instances
