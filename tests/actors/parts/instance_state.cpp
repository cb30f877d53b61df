// The states of an instance, and how they follow one another.
#include "actors/instance/instance_state.hpp"

#include "duroxide/detail/ensure.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace laws_of_instance_states {

using namespace duroxide::internal;

namespace {

namespace states = instance_states;

instance_state::any state(char letter) {
  switch (letter) {
  case 's': return states::starting();
  case 'a': return states::adopting();
  case 'l': return states::loading();
  case 'p': return states::on_probation();
  case 'i': return states::idle();
  case 'c': return states::committing();
  default: return states::leaving();
  }
}

bool may_follow(char before, char after) {
  instance_state current(state(before));
  try {
    current.enter(state(after));
    return true;
  } catch (const duroxide::detail::broken_invariant&) {
    return false;
  }
}

std::string followers(char before) {
  std::string found;
  for (const char after : std::string("salpicx"))
    if (may_follow(before, after)) found += after;
  return found;
}

}  // namespace

LAW("an instance changes its state by its table and no other way") {
  CHECK(followers('s') == "ix");
  CHECK(followers('a') == "pix");
  CHECK(followers('l') == "picx");
  CHECK(followers('p') == "icx");
  CHECK(followers('i') == "cx");
  CHECK(followers('c') == "i");
  CHECK(followers('x').empty());
}

LAW("a message that is for another state than the instance's is refused, and the state stays") {
  instance_state current(state('i'));
  CHECK_THROWS_AS(current.exchange<states::committing>(states::idle()), duroxide::detail::broken_invariant);
  CHECK(current.holds<states::idle>());
  current.enter(states::committing{nullptr, "v2"});
  CHECK(current.exchange<states::committing>(states::idle()).version == "v2");
  CHECK(current.holds<states::idle>());
}

LAW("a turn counts at the gate for as long as its instance is committing it") {
  const auto gate = std::make_shared<turn_gate>();
  instance_state current(state('i'));
  states::committing commit;
  commit.counted = turn_gate::counted_turn(gate, turn_gate::most_bytes);
  current.enter(std::move(commit));
  CHECK_FALSE(gate->is_wide_open());
  SECTION("until it is written") { (void)current.exchange<states::committing>(states::idle()); }
  SECTION("or the actor ends") { current.end(); }
  CHECK(gate->is_wide_open());
}

}  // namespace laws_of_instance_states
