// The instances of a shard that are in memory, and those that are to be tried again.
#include "actors/shard/resident_instances.hpp"

#include "duroxide/detail/ensure.hpp"
#include "actors/host/own_system.hpp"
#include "tests/support/catch.hpp"

#include <caf/scoped_actor.hpp>

#include <chrono>
#include <list>
#include <string>
#include <vector>

namespace laws_of_resident_instances {

using namespace duroxide;
using namespace duroxide::internal;
using namespace std::chrono_literals;

namespace {

struct shard {
  own_system system{1};
  std::list<caf::scoped_actor> actors;
  resident_instances residents;

  instance_actor actor() { return caf::actor_cast<instance_actor>(actors.emplace_back(system.get())); }
  void add(const std::string& instance) { residents.add(instance, actor()); }
  instance_actor actor_of(const std::string& instance) { return residents.find(instance)->actor; }
};

}  // namespace

LAW("above the limit those leave that have not been used for longest; below it, those that are idle") {
  shard s;
  for (const char* each : {"a", "b", "c"}) s.add(each);
  s.residents.use(*s.residents.find("a"));
  const auto long_ago = steady_now() - 1h;
  CHECK(s.residents.idle(long_ago, 3).empty());
  CHECK(s.residents.idle(long_ago, 1) == std::vector{s.actor_of("b"), s.actor_of("c")});
  CHECK(s.residents.idle(steady_now() + 1h, 3) ==
        std::vector{s.actor_of("b"), s.actor_of("c"), s.actor_of("a")});
}

LAW("a parked instance has no actor until its time has come, and is given once") {
  shard s;
  s.add("a");
  const auto now = steady_now();
  s.residents.park("a");
  s.residents.try_at("a", now + 1min);
  CHECK(s.residents.in_memory() == 0);
  CHECK(s.residents.contains("a"));
  CHECK(s.residents.next_due() == now + 1min);
  CHECK_FALSE(s.residents.take_due(now));
  CHECK(s.residents.take_due(now + 1min) == "a");
  CHECK_FALSE(s.residents.take_due(now + 1min));
  s.residents.find("a")->failures.emplace_back("once");
  s.add("a");
  CHECK(s.residents.find("a")->failures.size() == 1);
  CHECK(s.residents.in_memory() == 1);
}

LAW("what is due for an instance that has been removed, or runs again, is passed over") {
  shard s;
  for (const char* each : {"a", "b", "c"}) {
    s.add(each);
    s.residents.park(each);
    s.residents.try_at(each, steady_now());
  }
  s.residents.remove("a");
  s.add("b");
  CHECK(s.residents.take_due(steady_now() + 1s) == "c");
  CHECK_FALSE(s.residents.take_due(steady_now() + 1s));
}

LAW("an instance has one actor, and is parked once") {
  shard s;
  s.add("a");
  CHECK_THROWS_AS(s.add("a"), duroxide::detail::broken_invariant);
  s.residents.park("a");
  CHECK_THROWS_AS(s.residents.park("a"), duroxide::detail::broken_invariant);
}

}  // namespace laws_of_resident_instances
