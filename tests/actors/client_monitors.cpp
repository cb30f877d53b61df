// Monitors and subscriptions of actors.
#include "tests/actors/actor_program.hpp"
#include "tests/support/forwarding_provider.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace duroxide::laws_of_client_monitors {
namespace {

using namespace testing_support;

// Next message for a blocking actor; fails the law if none comes.
template <class T> T next(caf::scoped_actor& self) {
  std::optional<T> heard;
  self->receive([&](const T& what) { heard = what; }, caf::after(patience) >> [] { FAIL("nothing came"); });
  return *heard;
}

// What came after everything that was sent before.
bool has_more(caf::scoped_actor& self) { return self->has_next_message(); }

LAW("a monitor tells once how the instance ended") {
  actor_program program;
  caf::scoped_actor self(program.system());
  program.plain().start(sums_two, "s");
  monitor(self, program.client(), "s");
  monitor(self, program.client(), "s");
  program.plain().instance("s").enqueue(parcels, 1);
  program.plain().instance("s").enqueue(parcels, 2);
  const auto down = next<instance_down>(self);
  CHECK(down.instance == "s");
  REQUIRE(down.status);
  CHECK(down.status->output == "3");
  CHECK(down.life == down.status->life);
  CHECK(!down.error);
  monitor(self, program.client(), "s");  // it has ended already
  CHECK(next<instance_down>(self).status == down.status);
  answer_of(program, op::status("s"));
  CHECK(!has_more(self));
}

LAW("a monitor tells of failures, cancellations, deletions, and instances that are not there") {
  actor_program program;
  caf::scoped_actor self(program.system());
  monitor(self, program.client(), "nobody");
  const auto absent = next<instance_down>(self);
  REQUIRE(absent.error);
  CHECK(absent.error->kind == error_kind::instance_not_found);
  CHECK(!absent.status);
  monitor(self, program.client(), "f", absent_instance::wait);
  program.plain().start(fails, "f", "no tea");
  CHECK(next<instance_down>(self).status->error->message == "no tea");
  program.plain().start(sums_two, "c");
  monitor(self, program.client(), "c");
  program.plain().instance("c").cancel("enough");
  CHECK(next<instance_down>(self).status->status == runtime_status::cancelled);
  program.plain().start(sums_two, "d", start_options{.delay = 1h});
  const life_number life = program.plain().instance("d").status().life;
  monitor(self, program.client(), "d");
  answer_of(program, op::status("d"));
  program.plain().admin().delete_instance("d", true, 0ms);
  const auto vanished = next<instance_down>(self);
  CHECK(vanished.life == life);
  CHECK((vanished.error || vanished.status->status == runtime_status::cancelled));
  monitor(self, program.client(), std::string(1000, 'x'));
  CHECK(next<instance_down>(self).error->kind == error_kind::invalid_argument);
}

LAW("a monitor tells when the runtime is stopped") {
  actor_program program;
  caf::scoped_actor self(program.system());
  program.plain().start(sums_two, "s");
  monitor(self, program.client(), "s");
  answer_of(program, op::status("s"));
  program.runtime().shutdown();
  const auto down = next<instance_down>(self);
  REQUIRE(down.error);
  CHECK(down.error->kind == error_kind::runtime_stopped);
}

struct heard_by_actor {
  std::mutex mutex;
  std::vector<instance_down> downs;
  std::vector<std::string> statuses;

  std::size_t count() {
    const std::lock_guard lock(mutex);
    return downs.size();
  }
};

caf::behavior watching(heard_by_actor* heard) {
  return {[heard](const instance_down& down) {
            const std::lock_guard lock(heard->mutex);
            heard->downs.push_back(down);
          },
          [heard](const instance_changed& changed) {
            const std::lock_guard lock(heard->mutex);
            heard->statuses.push_back(changed.status.custom_status.value_or("none"));
          }};
}

LAW("who monitors through a client actor that is killed is told, then or later") {
  actor_program program;
  heard_by_actor heard;
  program.plain().start(sums_two, "s");
  auto spawn_one = [&] {
    return program.system().spawn([&heard, client = program.client()](caf::event_based_actor* self) {
      monitor(self, client, "s");
      return watching(&heard);
    });
  };
  caf::actor first = spawn_one();
  answer_of(program, op::status("s"));
  caf::anon_send_exit(program.client(), caf::exit_reason::kill);
  REQUIRE(eventually([&] { return heard.count() == 1; }));
  caf::actor second = spawn_one();
  REQUIRE(eventually([&] { return heard.count() == 2; }));
  for (const instance_down& each : heard.downs) CHECK(each.error->kind == error_kind::runtime_stopped);
  caf::anon_send_exit(first, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(second, caf::exit_reason::user_shutdown);
}

LAW("a subscription gives the changes of the custom status, and the end") {
  actor_program program;
  heard_by_actor heard;
  caf::actor watcher =
      program.system().spawn([&heard, client = program.client()](caf::event_based_actor* self) {
        subscribe(self, client, "o", 0, absent_instance::wait);
        return watching(&heard);
      });
  answer_of(program, op::start(order_flow, "o", order{"tea", 1}));
  REQUIRE(eventually([&] {
    const std::lock_guard lock(heard.mutex);
    return heard.statuses.size() == 1;
  }));
  answer_of(program, op::raise(approval, "o", true));
  REQUIRE(eventually([&] { return heard.count() == 1; }));
  CHECK(heard.statuses == std::vector<std::string>{"waiting", "approved"});
  CHECK(heard.downs[0].status->output == "\"tea sold\"");
  caf::anon_send_exit(watcher, caf::exit_reason::user_shutdown);
}

LAW("a subscription begins after the version that was seen") {
  actor_program program;
  caf::scoped_actor self(program.system());
  answer_of(program, op::start(order_flow, "o", order{"tea", 1}));
  const auto seen = answer_of(program, op::status_change("o", 0)).custom_status_version;
  subscribe(self, program.client(), "o", seen);
  answer_of(program, op::raise(approval, "o", false));
  CHECK(next<instance_changed>(self).status.custom_status == "approved");
  CHECK(next<instance_down>(self).status->output == "\"tea kept\"");
}

// Cannot be asked at first.
class late_store final : public forwarding_provider {
public:
  using forwarding_provider::forwarding_provider;
  stored<instance_status> status(const std::string& instance) override {
    if (refusals-- > 0)
      return store_error{commit_certainty::not_done, error_kind::store_unavailable, "not now"};
    return forwarding_provider::status(instance);
  }
  std::atomic<int> refusals = 1;
};

LAW("a monitor asks again when the store cannot be asked now") {
  auto store = std::make_shared<late_store>(sqlite_provider::open_in_memory());
  caf::actor_system_config config;
  caf::actor_system system(configured(config));
  client_actor client = make_client_actor(system, duroxide::client(store));
  caf::scoped_actor self(system);
  monitor(self, client, "nobody");
  CHECK(next<instance_down>(self).error->kind == error_kind::instance_not_found);
  CHECK(store->refusals < 0);
}

LAW("nothing comes after demonitor and unsubscribe") {
  actor_program program;
  caf::scoped_actor self(program.system());
  program.plain().start(sums_two, "s");
  monitor(self, program.client(), "s");
  subscribe(self, program.client(), "s");
  demonitor(self, program.client(), "s");
  unsubscribe(self, program.client(), "s");
  program.plain().instance("s").cancel("enough");
  answer_of(program, op::wait("s"));
  monitor(self, program.client(), "s");
  next<instance_down>(self);
  answer_of(program, op::status("s"));
  CHECK(!has_more(self));
}

}  // namespace
}  // namespace duroxide::laws_of_client_monitors
