// How turns that are decided at the same time share what room there is for activities.
#include "actors/activity/activity_room.hpp"

#include "tests/support/catch.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace laws_of_the_activity_room {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

constexpr activity_room::amount plenty{1'000, 1'000'000};

stored_activity with_input(std::size_t bytes) {
  stored_activity made;
  made.input = std::string(bytes, 'x');
  return made;
}

std::shared_ptr<activity_room> empty_room() {
  return std::make_shared<activity_room>([] { return activity_room::amount{}; });
}

}  // namespace

LAW("what one turn has reserved, another one does not get, until it is given back") {
  const auto room = empty_room();
  auto first = std::make_unique<activity_room::reservation>(room);
  activity_room::reservation second(room);
  CHECK(first->take(with_input(1), {2, 100}));
  CHECK(first->take(with_input(1), {2, 100}));
  CHECK_FALSE(second.take(with_input(1), {2, 100}));
  first.reset();
  CHECK(second.take(with_input(1), {2, 100}));
  CHECK(second.take(with_input(1), {2, 100}));
  CHECK_FALSE(second.take(with_input(1), {2, 100}));
}

LAW("what is queued leaves less room") {
  activity_room::amount queued{1, 10};
  activity_room::reservation turn(std::make_shared<activity_room>([&] { return queued; }));
  CHECK(turn.take(with_input(1), {2, 100}));
  CHECK_FALSE(turn.take(with_input(1), {2, 100}));
  queued = {0, 99};
  CHECK_FALSE(turn.take(with_input(1), {10, 100}));
  queued = {0, 98};
  CHECK(turn.take(with_input(1), {10, 100}));
}

LAW("the last activity that finds room may be larger than what is left") {
  activity_room::reservation turn(empty_room());
  CHECK(turn.take(with_input(99), {10, 100}));
  CHECK(turn.take(with_input(1'000), {10, 100}));
  CHECK_FALSE(turn.take(with_input(0), {10, 100}));
}

LAW("threads that decide at the same time take no more than there is, and give all of it back") {
  constexpr std::size_t threads = 4;
  const auto room = empty_room();
  std::atomic<std::size_t> taken = 0;
  {
    std::vector<std::unique_ptr<activity_room::reservation>> turns;
    for (std::size_t i = 0; i < threads; ++i)
      turns.push_back(std::make_unique<activity_room::reservation>(room));
    std::vector<std::jthread> running;
    for (auto& turn : turns)
      running.emplace_back([&taken, each = turn.get()] {
        const stored_activity small = with_input(1);
        for (std::size_t n = 0; n < plenty.count; ++n) taken += each->take(small, plenty) ? 1 : 0;
      });
    running.clear();
    CHECK(taken <= plenty.count);
    CHECK(taken > plenty.count - threads);  // one that asks in vain is counted while it asks
  }
  activity_room::reservation after(room);
  for (std::size_t n = 0; n < plenty.count; ++n) CHECK(after.take(with_input(1), plenty));
  CHECK_FALSE(after.take(with_input(1), plenty));
}

}  // namespace laws_of_the_activity_room
