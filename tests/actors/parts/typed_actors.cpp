// Actors whose messages the compiler checks.
#include "actors/typed_actors.hpp"

#include "actors/host/own_system.hpp"
#include "tests/support/catch.hpp"

#include <caf/atom.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

namespace laws_of_typed_actors {

using namespace duroxide::internal;
using namespace std::chrono_literals;

namespace {

using add_atom = caf::atom_constant<caf::atom("add")>;
using remove_atom = caf::atom_constant<caf::atom("remove")>;
using finish_atom = caf::atom_constant<caf::atom("finish")>;

using counting = takes<add_atom, remove_atom>;
using finishing = takes<finish_atom>;
using counter_actor = merged<counting, finishing>;

// Answers `finish` once as much has been removed as was added.
class counter final : public counter_actor::base {
public:
  explicit counter(caf::actor_config& config) : counter_actor::base(config) {}

  behavior_type make_behavior() override {
    counting::behavior_type counts{
        [this](add_atom) { ++count_; },
        [this](remove_atom) {
          if (--count_ == 0 && finished_) fulfil(*finished_);
        },
    };
    finishing::behavior_type finishes{[this](finish_atom) {
      finished_ = make_response_promise<void>();
      return *finished_;
    }};
    return join_behaviors<counting, finishing>(std::move(counts), std::move(finishes));
  }
  void on_exit() override { finished_.reset(); }

private:
  int count_ = 0;
  std::optional<done_promise> finished_;
};

}  // namespace

LAW("an actor handles what each part of its behavior takes, and fulfils a promise") {
  own_system system(1);
  const counter_actor counts = system.get().spawn<counter>();
  caf::anon_send(counts, add_atom::value);
  caf::scoped_actor self(system.get());
  auto finished = self->request(counts, 10s, finish_atom::value);
  weak_actor<counter_actor>(counts).send(remove_atom::value);
  bool is_finished = false;
  finished.receive([&] { is_finished = true; }, [](const caf::error&) {});
  CHECK(is_finished);
}

LAW("a weak reference keeps no actor alive, and what is sent to one that has ended is dropped") {
  own_system system(1);
  counter_actor counts = system.get().spawn<counter>();
  const weak_actor<counter_actor> weak(counts);
  caf::scoped_actor self(system.get());
  self->monitor(counts);
  CHECK(weak.lock() == counts);
  counts = nullptr;
  bool has_ended = false;
  self->receive([&](const caf::down_msg&) { has_ended = true; }, caf::after(10s) >> [] {});
  CHECK(has_ended);
  CHECK_FALSE(weak.lock());
  weak.send(add_atom::value);
}

// What others may send is part of what an actor takes; what it sends to itself is not for others.
static_assert(std::is_constructible_v<counting, counter_actor>);
static_assert(std::is_same_v<merged<counting, finishing>, takes<add_atom, remove_atom, finish_atom>>);

}  // namespace laws_of_typed_actors
