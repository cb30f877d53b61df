// The actors of a shard's instances, until they are down.
#include "actors/shard/instance_actors.hpp"

#include "actors/host/own_system.hpp"
#include "tests/support/catch.hpp"

#include <caf/scoped_actor.hpp>

namespace laws_of_instance_actors {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

activities_not_in_pool about(const std::string& instance) {
  activities_not_in_pool made;
  made.unfinished.instance = instance;
  return made;
}

}  // namespace

LAW("what must not overtake an instance that leaves waits until the last of its actors is down") {
  instance_actors actors;
  CHECK_FALSE(actors.is_leaving("a"));
  actors.begin_leaving("a");
  actors.begin_leaving("a");
  actors.hold_back(about("a"));
  CHECK(actors.end_leaving("a").empty());
  CHECK(actors.is_leaving("a"));
  CHECK(actors.end_leaving("a").size() == 1);
  CHECK_FALSE(actors.is_leaving("a"));
  CHECK(actors.end_leaving("a").empty());
}

LAW("an actor is known by its instance until it is forgotten") {
  own_system system(1);
  const caf::scoped_actor first(system.get());
  const caf::scoped_actor second(system.get());
  instance_actors actors;
  actors.add(first->address(), "a");
  actors.add(second->address(), "a");
  CHECK(actors.instance_of(first->address()) == "a");
  actors.forget(first->address());
  CHECK(actors.instance_of(first->address()).empty());
  CHECK_FALSE(actors.empty());
  actors.forget(second->address());
  CHECK(actors.empty());
}

}  // namespace laws_of_instance_actors
