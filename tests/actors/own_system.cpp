// What a runtime's own actor system does otherwise than CAF's.
#include "actors/host/own_system.hpp"

#include "actors/host/sparing_clock.hpp"
#include "tests/support/catch.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <set>

namespace laws_of_the_own_system {

using namespace duroxide::internal;
using namespace std::chrono_literals;

namespace {

// Notes whose timeouts it is to cancel.
class noting_clock final : public caf::detail::thread_safe_actor_clock {
public:
  std::multiset<caf::actor_id> cancelled;

  void set_ordinary_timeout(time_point, caf::abstract_actor*, caf::atom_value, std::uint64_t) override {}
  void set_request_timeout(time_point, caf::abstract_actor*, caf::message_id) override {}
  void set_multi_timeout(time_point, caf::abstract_actor*, caf::atom_value, std::uint64_t) override {}
  void cancel_timeouts(caf::abstract_actor* self) override { cancelled.insert(self->id()); }
};

caf::behavior silent(caf::event_based_actor* self) {
  return {[=](int) { return self->make_response_promise(); }};
}

}  // namespace

LAW("only of an actor that has set a timeout, the timeouts are cancelled when it ends, and once") {
  own_system system(2);
  const caf::scoped_actor first(system.get());
  const caf::scoped_actor second(system.get());
  const caf::scoped_actor third(system.get());
  const caf::scoped_actor none(system.get());
  noting_clock inner;
  sparing_clock clock(inner);
  clock.set_ordinary_timeout(clock.now(), first.ptr(), caf::atom("wait"), 1);
  clock.set_multi_timeout(clock.now(), second.ptr(), caf::atom("wait"), 1);
  clock.set_request_timeout(clock.now(), third.ptr(), caf::make_message_id(1));
  for (int round = 0; round < 2; ++round)
    for (const auto* each : {&first, &second, &third, &none}) clock.cancel_timeouts(each->ptr());
  CHECK(inner.cancelled == std::multiset<caf::actor_id>{first->id(), second->id(), third->id()});
}

LAW("in the own system a request that nobody answers times out, and a message may be delayed") {
  own_system system(1);
  bool timed_out = false;
  {
    const caf::scoped_actor self(system.get());
    const caf::actor nobody = system.get().spawn(silent);
    self->request(nobody, 10ms, 1)
        .receive([](int) {}, [&](const caf::error& why) { timed_out = why == caf::sec::request_timeout; });
    self->delayed_anon_send(caf::actor_cast<caf::actor>(self), 5ms, 7);
    int received = 0;
    self->receive([&](int n) { received = n; });
    CHECK(received == 7);
    caf::anon_send_exit(nobody, caf::exit_reason::user_shutdown);
  }
  CHECK(timed_out);
}

}  // namespace laws_of_the_own_system
