// How instances wait while the turns that have been made have too many bytes.
#include "actors/instance/turn_gate.hpp"

#include "actors/host/own_system.hpp"
#include "tests/support/catch.hpp"

#include <caf/scoped_actor.hpp>

#include <atomic>
#include <chrono>
#include <thread>

namespace laws_of_the_turn_gate {

using namespace duroxide::internal;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t much = std::size_t{1} << 20;

bool is_let_in(const caf::scoped_actor& self, std::chrono::milliseconds at_most) {
  bool let = false;
  self->receive([&](const let_in&) { let = true; }, caf::after(at_most) >> [] {});
  return let;
}

}  // namespace

LAW("the gate closes to large turns first, then to all, and lets in who waits as it came") {
  own_system system(1);
  const auto gate = std::make_shared<turn_gate>();
  const caf::scoped_actor self(system.get());
  const auto instance = caf::actor_cast<instance_actor>(self);
  CHECK(gate->enter("O", much, instance));
  gate->made(turn_gate::most_bytes);
  CHECK_FALSE(gate->is_wide_open());
  CHECK(gate->enter("O", 1, instance));
  CHECK_FALSE(gate->enter("O", much, instance));
  gate->made_large("O", turn_gate::large_turn, 1);
  CHECK_FALSE(gate->enter("O", 1, instance));
  CHECK(gate->enter("P", 1, instance));
  gate->made(turn_gate::most_bytes);
  CHECK_FALSE(gate->enter("P", 1, instance));
  gate->written(turn_gate::most_bytes);
  CHECK_FALSE(is_let_in(self, 1ms));
  gate->written(turn_gate::most_bytes);
  for (int i = 0; i < 3; ++i) CHECK(is_let_in(self, 10s));
  CHECK(gate->is_wide_open());
}

LAW("who comes to the gate while the last turn is written is let in") {
  constexpr int most_rounds = 20'000;  // fewer on a busy machine
  const auto until = std::chrono::steady_clock::now() + 2s;
  own_system system(1);
  const auto gate = std::make_shared<turn_gate>();
  std::atomic<int> begun = 0;
  std::atomic<int> written = 0;
  std::atomic<bool> over = false;
  std::thread journal([&] {
    for (int round = 1;; ++round) {
      while (begun < round && !over) std::this_thread::yield();
      if (over) return;
      gate->written(turn_gate::most_bytes);
      written = round;
    }
  });
  const caf::scoped_actor self(system.get());
  const auto instance = caf::actor_cast<instance_actor>(self);
  int forgotten = 0;
  for (int round = 1; round <= most_rounds && forgotten == 0 && std::chrono::steady_clock::now() < until;
       ++round) {
    gate->made(turn_gate::most_bytes);
    begun = round;
    const bool is_in = gate->enter("O", much, instance);
    while (written < round) std::this_thread::yield();
    if (!is_in && !is_let_in(self, 10s)) ++forgotten;
  }
  over = true;
  journal.join();
  CHECK(forgotten == 0);
}

}  // namespace laws_of_the_turn_gate
