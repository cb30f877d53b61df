// Activities that two words may bring while shards are taken up.
#include "actors/activity/shard_takeover.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace laws_of_the_shard_takeover {

using namespace duroxide;
using namespace duroxide::internal;

namespace {

std::vector<stored_activity> activities(std::initializer_list<std::uint64_t> events) {
  std::vector<stored_activity> made;
  for (const std::uint64_t event : events) made.emplace_back().key = {"a", 1, event, 7};
  return made;
}

std::vector<std::uint64_t> events(const std::vector<stored_activity>& activities) {
  std::vector<std::uint64_t> ids;
  for (const stored_activity& each : activities) ids.push_back(each.key.event_id);
  return ids;
}

}  // namespace

LAW("what an instance has scheduled while shards are taken up is not taken from the list as well") {
  shard_takeover window;
  window.open();
  window.note(activities({1}));
  auto list = activities({1, 2});
  window.drop_scheduled(list);
  CHECK(events(list) == std::vector<std::uint64_t>{2});
}

LAW("what the list has brought is not taken from the word of its instance as well, once") {
  shard_takeover window;
  window.open();
  auto list = activities({1});
  window.drop_scheduled(list);
  window.close();
  auto scheduled = activities({1, 2});
  window.drop_recovered(scheduled);
  CHECK(events(scheduled) == std::vector<std::uint64_t>{2});
  scheduled = activities({1});
  window.drop_recovered(scheduled);
  CHECK(events(scheduled) == std::vector<std::uint64_t>{1});
}

LAW("the list is forgotten when no word can be on its way any more, but not while shards are taken up "
    "again") {
  shard_takeover window;
  window.open();
  auto list = activities({1, 2});
  window.drop_scheduled(list);
  window.forget();
  auto scheduled = activities({1});
  window.drop_recovered(scheduled);
  CHECK(scheduled.empty());
  window.close();
  window.forget();
  scheduled = activities({2});
  window.drop_recovered(scheduled);
  CHECK(events(scheduled) == std::vector<std::uint64_t>{2});
}

}  // namespace laws_of_the_shard_takeover
