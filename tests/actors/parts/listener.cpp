// How a node hears of changes of its store.
#include "actors/cluster/listener.hpp"

#include "tests/actors/parts/change_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace laws_of_the_listener {

using duroxide::internal::listener;
using duroxide::testing_support::change_source;
using duroxide::testing_support::eventually;
using kind = change_source::kind;

namespace {

// A listener, its store, and how often it has told of a change.
struct heard_store {
  explicit heard_store(kind of_watch) : source(std::make_shared<change_source>(of_watch)) {
    listening = std::make_unique<listener>(source->watch(), [times = heard] { ++*times; });
  }

  bool is_told(int times) const {
    return eventually([&] { return *heard >= times; }) && *heard == times;
  }
  // Whether the listener ends. If it does not, it is left behind.
  bool end() {
    const auto has_ended = std::make_shared<std::atomic<bool>>(false);
    std::thread([ending = std::move(listening), has_ended]() mutable {
      ending.reset();
      *has_ended = true;
    }).detach();
    return eventually([&] { return has_ended->load(); });
  }

  const std::shared_ptr<change_source> source;
  const std::shared_ptr<std::atomic<int>> heard = std::make_shared<std::atomic<int>>(0);
  std::unique_ptr<listener> listening;
};

}  // namespace

LAW("a listener tells of a change, and of the next one when it may go on") {
  const auto of_watch = GENERATE(kind::waited_on, kind::calling);
  heard_store store(of_watch);
  for (int times = 1; times <= 3; ++times) {
    store.source->change();
    CHECK(store.is_told(times));
    store.listening->go_on();
  }
  CHECK(store.end());
  CHECK(*store.heard == 3);
}

LAW("changes that come before a listener may go on are told together, when it may") {
  const auto of_watch = GENERATE(kind::waited_on, kind::calling);
  heard_store store(of_watch);
  store.source->change();
  CHECK(store.is_told(1));
  store.source->change();
  store.source->change();
  CHECK(*store.heard == 1);
  store.listening->go_on();
  CHECK(store.is_told(2));
  store.listening->go_on();
  CHECK(store.end());
  CHECK(*store.heard == 2);
}

LAW("a store that changes without a pause is waited on once for each time that a listener may go on") {
  constexpr int rounds = 50;
  heard_store store(kind::waited_on);
  store.source->change_without_pause();
  for (int times = 1; times <= rounds; ++times) {
    CHECK(store.is_told(times));
    CHECK(store.source->waits() == static_cast<std::size_t>(times));
    store.listening->go_on();
  }
  CHECK(store.end());
}

LAW("a listener ends, and its watch with it, while nothing changes and while it may not go on") {
  const auto of_watch = GENERATE(kind::waited_on, kind::calling);
  const bool was_told = GENERATE(false, true);
  heard_store store(of_watch);
  if (was_told) {
    store.source->change();
    CHECK(store.is_told(1));
  }
  CHECK(store.end());
  CHECK(store.source->watches() == 0);
  store.source->change();
  CHECK(*store.heard == (was_told ? 1 : 0));
}

}  // namespace laws_of_the_listener
