// Of which instances clients of a node wait for the start.
#include "actors/cluster/awaited_starts.hpp"

#include "tests/support/catch.hpp"

#include <memory>
#include <string>
#include <vector>

namespace laws_of_awaited_starts {

using duroxide::internal::awaited_starts;

LAW("a start is awaited for as long as somebody waits for it") {
  const auto awaited = std::make_shared<awaited_starts>();
  CHECK_FALSE(awaited->any());
  auto first = awaited->add("a");
  auto second = awaited->add("a");
  auto other = awaited->add("b");
  CHECK(awaited->any());
  CHECK(awaited->all() == std::vector<std::string>{"a", "b"});
  first.reset();
  other.reset();
  CHECK(awaited->all() == std::vector<std::string>{"a"});
  second.reset();
  CHECK_FALSE(awaited->any());
}

LAW("a wait may outlive the node that knew of it") {
  auto awaited = std::make_shared<awaited_starts>();
  const std::weak_ptr<awaited_starts> observed = awaited;
  auto wait = awaited->add("a");
  awaited.reset();
  CHECK_FALSE(observed.expired());
  wait.reset();
  CHECK(observed.expired());
}

}  // namespace laws_of_awaited_starts
