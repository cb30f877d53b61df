// Limits of time, of requests in flight, and of what is kept for requesters.
#include "tests/actors/actor_program.hpp"
#include "tests/support/forwarding_provider.hpp"

#include <atomic>
#include <latch>
#include <mutex>

namespace duroxide::laws_of_client_limits {
namespace {

using namespace testing_support;

// Answers no request until it is told to, and counts the waits that are open.
class slow_port final : public client_port {
  using taking_back = std::unique_ptr<std::stop_callback<std::function<void()>>>;

public:
  ~slow_port() override { answer_all(); }

  void start(start_request, reply<start_result> done) override {
    keep([done] { done(start_result::started); });
  }
  void post(message, reply<std::monostate> done) override {
    keep([done] { done(std::monostate{}); });
  }
  void ask(command_request, reply<std::string> done) override {
    keep([done] { done(std::string("null")); });
  }
  void query(query_request, reply<std::string> done) override { done(std::string("null")); }
  void status(std::string, reply<instance_status> done) override {
    instance_status running;
    running.status = runtime_status::running;
    running.life = 1;
    done(running);
  }
  void wait(wait_request what, reply<instance_status> done) override {
    ++open_waits;
    auto once = std::make_shared<std::atomic<bool>>(false);
    auto held = std::make_shared<reply<instance_status>>(std::move(done));  // not longer than it is needed
    auto end = [this, once, held] {
      if (once->exchange(true)) return;
      --open_waits;
      const auto answer = std::exchange(*held, nullptr);
      answer(error_details{error_category::application, error_kind::cancelled, "taken back", {}});
    };
    keep(end);
    auto taken_back = std::make_unique<std::stop_callback<std::function<void()>>>(what.taken_back, end);
    const std::lock_guard lock(mutex_);
    callbacks_.push_back(std::move(taken_back));
  }
  void kv(std::string, std::optional<std::string>, reply<std::vector<kv_entry>> done) override {
    done(std::vector<kv_entry>{});
  }
  void activities(std::string, reply<std::vector<activity_state>> done) override {
    keep([done] { done(std::vector<activity_state>{}); });
  }
  std::shared_ptr<provider> store() const override { return nullptr; }

  void answer_all() {
    std::vector<std::function<void()>> due;
    std::vector<taking_back> forgotten;  // they hold the client actor
    {
      const std::lock_guard lock(mutex_);
      due.swap(kept_);
      forgotten.swap(callbacks_);
    }
    for (const auto& each : due) each();
  }
  std::size_t kept() {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }

  std::atomic<int> open_waits = 0;

private:
  void keep(std::function<void()> answer) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(answer));
  }

  std::mutex mutex_;
  std::vector<std::function<void()>> kept_;
  std::vector<taking_back> callbacks_;
};

// A client actor on a port that answers when it is told to.
struct slow_program {
  explicit slow_program(client_actor_options options = {})
      : system(configured(config)), client(make_client_actor(system, duroxide::client(port), options)) {}
  ~slow_program() { port->answer_all(); }

  caf::actor_system_config config;
  caf::actor_system system;
  std::shared_ptr<slow_port> port = std::make_shared<slow_port>();
  client_actor client;
};

LAW("a request that is not answered in its time fails with timed_out") {
  slow_program program;
  auto heard = asked(program.system, program.client, op::start(sums_two, "s"), 20ms);
  REQUIRE(!heard);
  CHECK(heard.error().kind == error_kind::timed_out);
  CHECK(heard.error().message.find("start was not answered within 20 ms") != std::string::npos);
  CHECK(asked(program.system, program.client, op::enqueue(parcels, "s", 1), 1ms).error().kind ==
        error_kind::timed_out);
  CHECK(asked(program.system, program.client, op::wait_for_kv_value("s", "k"), 1ms).error().kind ==
        error_kind::timed_out);
  program.port->answer_all();  // comes too late, and is dropped
  CHECK(asked(program.system, program.client, op::status("s"), patience).has_value());
}

LAW("more requests than the limit are refused at once, and later ones are taken again") {
  slow_program program({.request_limit = 3});
  caf::scoped_actor self(program.system);
  std::vector<std::function<void()>> answers;
  int started = 0;
  int refused = 0;
  auto ask_one = [&] {
    auto asked_now =
        std::make_shared<decltype(request(self, program.client, patience, op::start(sums_two, "s")))>(
            request(self, program.client, patience, op::start(sums_two, "s")));
    return [&, asked_now] {
      asked_now->receive([&](start_result) { ++started; },
                         [&](const error_details& why) {
                           CHECK(why.kind == error_kind::limit_exceeded);
                           CHECK(why.message.find("request_limit") != std::string::npos);
                           ++refused;
                         });
    };
  };
  for (int i = 0; i < 5; ++i) answers.push_back(ask_one());
  answers[3]();
  answers[4]();
  CHECK(refused == 2);
  CHECK(asked(program.system, program.client, op::wait_for_kv_value("s", "k"), 1ms).error().kind ==
        error_kind::timed_out);
  program.port->answer_all();
  for (int i = 0; i < 3; ++i) answers[static_cast<std::size_t>(i)]();
  CHECK(started == 3);
  auto again = ask_one();
  REQUIRE(eventually([&] { return program.port->kept() == 1; }));
  program.port->answer_all();
  again();
  CHECK(started == 4);
}

LAW("more waits, monitors and subscriptions than the limit are refused at once") {
  slow_program program({.wait_limit = 2});
  caf::scoped_actor self(program.system);
  monitor(self, program.client, "a");
  subscribe(self, program.client, "a");
  monitor(self, program.client, "b");
  self->receive([](const instance_down& down) {
    CHECK(down.instance == "b");
    CHECK(down.error->kind == error_kind::limit_exceeded);
  });
  CHECK(asked(program.system, program.client, op::wait("s"), patience).error().kind ==
        error_kind::limit_exceeded);
  demonitor(self, program.client, "a");
  unsubscribe(self, program.client, "a");
  REQUIRE(eventually([&] { return program.port->open_waits == 0; }));
}

LAW("a limit of nothing is refused") {
  slow_program program;
  const duroxide::client plain(program.port);
  CHECK(kind_of([&] { make_client_actor(program.system, plain, {.request_limit = 0}); }) ==
        error_kind::invalid_argument);
  CHECK(kind_of([&] { make_client_actor(program.system, plain, {.wait_limit = 0}); }) ==
        error_kind::invalid_argument);
}

LAW("waits, monitors and subscriptions of actors that have ended are taken back") {
  slow_program program;
  std::vector<caf::actor> all;
  for (int i = 0; i < 50; ++i)
    all.push_back(
        program.system.spawn([client = program.client](caf::event_based_actor* self) -> caf::behavior {
          request(self, client, 1h, op::wait("w"))
              .then([](const instance_status&) {}, [](const error_details&) {});
          request(self, client, 1h, op::wait_for_kv_value("w", "k"))
              .then([](const json_text&) {}, [](const error_details&) {});
          monitor(self, client, "w");
          subscribe(self, client, "w");
          return {[](const instance_down&) {}, [](const instance_changed&) {}};
        }));
  REQUIRE(eventually([&] { return program.port->open_waits == 200; }));
  for (const caf::actor& each : all) caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  CHECK(eventually([&] { return program.port->open_waits == 0; }));
}

LAW("a client actor that is killed answers what is open") {
  slow_program program;
  caf::scoped_actor self(program.system);
  auto start = request(self, program.client, no_limit, op::start(sums_two, "s"));
  auto wait = request(self, program.client, no_limit, op::wait("s"));
  REQUIRE(eventually([&] { return program.port->kept() == 2; }));
  caf::anon_send_exit(program.client, caf::exit_reason::kill);
  error_kind first{};
  error_kind second{};
  start.receive([](start_result) {}, [&](const error_details& why) { first = why.kind; });
  wait.receive([](const instance_status&) {}, [&](const error_details& why) { second = why.kind; });
  CHECK(first == error_kind::runtime_stopped);
  CHECK(second == error_kind::runtime_stopped);
  CHECK(program.port->open_waits == 0);
  const auto later = asked(program.system, program.client, op::status("s"));
  REQUIRE(!later);
  CHECK(later.error().kind == error_kind::runtime_stopped);
  CHECK(later.error().message == "the actor that was asked is gone");
}

LAW("a client actor ends when nobody holds it and nothing is open") {
  slow_program program;
  caf::actor_addr address = program.client.address();
  {
    caf::scoped_actor self(program.system);
    monitor(self, program.client, "w");
    REQUIRE(eventually([&] { return program.port->open_waits == 1; }));
    program.client = nullptr;
    CHECK(caf::actor_cast<caf::strong_actor_ptr>(address));
  }
  CHECK(eventually([&] { return !caf::actor_cast<caf::strong_actor_ptr>(address); }));
}

// Its status is not known before it is told to go on.
class blocked_store final : public forwarding_provider {
public:
  using forwarding_provider::forwarding_provider;
  stored<instance_status> status(const std::string& instance) override {
    may_go_on.wait();
    return forwarding_provider::status(instance);
  }
  std::latch may_go_on{1};
};

LAW("a limit holds while the store blocks") {
  auto store = std::make_shared<blocked_store>(sqlite_provider::open_in_memory());
  caf::actor_system_config config;
  caf::actor_system system(configured(config));
  client_actor client = make_client_actor(system, duroxide::client(store));
  CHECK(asked(system, client, op::status("s"), 20ms).error().kind == error_kind::timed_out);
  store->may_go_on.count_down();
  CHECK(asked(system, client, op::status("s")).value().status == runtime_status::not_found);
}

// So many actors ask at the same time, and end on the answer, while their handles are held.
void ask_by_many(actor_program& program, int many, duration limit) {
  std::atomic<int> answered = 0;
  std::vector<caf::actor> held;
  for (int i = 0; i < many; ++i)
    held.push_back(program.system().spawn(
        [&answered, limit, client = program.client()](caf::event_based_actor* self) -> caf::behavior {
          auto end = [self, &answered] {
            self->quit();
            ++answered;
          };
          request(self, client, limit, op::status("nobody"))
              .then([end](const instance_status&) { end(); }, [end](const error_details&) { end(); });
          return {[](int) {}};
        }));
  // Until then the actors use what is here.
  REQUIRE(eventually([&] { return answered == many; }, patience));
}

LAW("fifty thousand requests with a limit, of actors that end on the answer, end") {
  actor_program program;
  for (int round = 0; round < 10; ++round) ask_by_many(program, 5'000, 5s);
}

LAW("requests whose time is up are answered once, however many there are") {
  actor_program program;
  for (int round = 0; round < 5; ++round) ask_by_many(program, 5'000, duration(round));
}

}  // namespace
}  // namespace duroxide::laws_of_client_limits
