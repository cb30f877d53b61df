// Activities that actors of the user's system serve.
#include "duroxide/caf.hpp"
#include "tests/actors/fixture.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <future>
#include <mutex>

namespace duroxide::laws_of_actor_activities {

struct parcel {
  std::string item;
  int quantity = 0;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (item, quantity))

namespace {

using namespace testing_support;

using reserve_atom = caf::atom_constant<caf::atom("reserve")>;
using fail_atom = caf::atom_constant<caf::atom("fail")>;
using count_atom = caf::atom_constant<caf::atom("count")>;

constexpr activity<int(int)> square{"square"};
constexpr activity<int()> answer{"answer"};
constexpr activity<void(int)> note{"note"};
constexpr activity<void()> ping{"ping"};
constexpr activity<std::string(parcel)> reserve{"reserve"};
constexpr orchestration<int(int)> squares{"Squares"};
constexpr orchestration<std::string(int)> impatient{"Impatient"};
constexpr orchestration<int()> all_forms{"AllForms"};
constexpr orchestration<std::string(int)> reserves{"Reserves"};
constexpr orchestration<int(int)> retried{"Retried"};

task<int> run_squares(orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(square, n);
}

task<std::string> run_impatient(orchestration_context ctx, int n) {
  auto outcome = co_await settle(ctx.schedule_activity(square, n).with_timeout(50ms));
  if (!outcome) co_return outcome.error().message();
  co_return std::to_string(*outcome);
}

task<int> run_all_forms(orchestration_context ctx) {
  int first = co_await ctx.schedule_activity(answer);
  co_await ctx.schedule_activity(note, first);
  co_await ctx.schedule_activity(ping);
  co_return first;
}

task<std::string> run_reserves(orchestration_context ctx, int quantity) {
  parcel wanted{"tea", quantity};
  co_return co_await ctx.schedule_activity(reserve, wanted);
}

task<int> run_retried(orchestration_context ctx, int n) {
  retry_policy often = retry_policy(3).with_backoff(backoff::none());
  co_return co_await ctx.schedule_activity(square, n).with_retry(often);
}

void register_orchestrations(runtime& node) {
  node.register_orchestration(squares, run_squares);
  node.register_orchestration(impatient, run_impatient);
  node.register_orchestration(all_forms, run_all_forms);
  node.register_orchestration(reserves, run_reserves);
  node.register_orchestration(retried, run_retried);
}

// An actor system of the program, and a runtime.
struct house {
  explicit house(const runtime_options& options = verified())
      : system(std::make_unique<caf::actor_system>(config)),
        node(std::make_unique<runtime>(sqlite_provider::open_in_memory(), options)) {
    register_orchestrations(*node);
  }

  template <class Contract, class In>
  instance_status outcome_of(const Contract& what, const std::string& id, const In& input) {
    node->client().start(what, id, input);
    return node->client().instance(id).wait(patience);
  }
  error_details failure_of_square(int n) {
    const std::string id = "s" + std::to_string(++started);
    const instance_status ended = outcome_of(squares, id, n);
    REQUIRE(ended.error);
    return *ended.error;
  }

  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<runtime> node;
  int started = 0;
};

// What workers are seen to do.
struct seen {
  std::atomic<int> requests = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<int> ended = 0;
  std::mutex mutex;
  std::vector<activity_info> infos;
  std::string cancelled_id;
};

struct holder {
  std::vector<caf::response_promise> held;
};

// Takes requests, and answers none of them; a fail_atom makes it let them go.
caf::behavior mute(caf::stateful_actor<holder>* self, seen& what) {
  return {
      [self, &what](int) {
        self->state.held.push_back(self->make_response_promise());
        ++what.requests;
      },
      [self](fail_atom) { self->state.held.clear(); },
      [&what](cancel_activity_atom, const std::string& id) {
        const std::lock_guard lock(what.mutex);
        what.cancelled_id = id;
        ++what.cancelled;
      },
      [&what](count_atom, int n) { what.cancelled += n; },
  };
}

// Until the end of its block: a promise that an actor has keeps that actor alive.
struct mute_worker {
  mute_worker(house& home, seen& what)
      : actor(home.system->spawn([&what](caf::stateful_actor<holder>* self) { return mute(self, what); })) {}
  mute_worker(const mute_worker&) = delete;
  mute_worker& operator=(const mute_worker&) = delete;
  ~mute_worker() { caf::anon_send_exit(actor, caf::exit_reason::kill); }

  caf::actor actor;
};

// Leaves all requests in its mailbox, and ends when nobody holds it.
caf::actor spawn_idle(caf::actor_system& system, seen& what) {
  return system.spawn([&what](caf::event_based_actor* self) -> caf::behavior {
    self->attach_functor([&what] { ++what.ended; });
    self->set_default_handler(
        [&what](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
          ++what.requests;
          return caf::skip();
        });
    return {[](fail_atom) {}};
  });
}

caf::behavior squaring(caf::event_based_actor*) {
  return {[](int n) -> caf::result<int> {
    if (n == -1) return caf::make_error(caf::sec::runtime_error, "sold out");
    if (n == -2) return caf::sec::invalid_argument;
    if (n == -5) return caf::error();
    if (n == -3) return make_final_error("closed for good");
    if (n == -4)
      return make_activity_error({error_category::infrastructure, error_kind::limit_exceeded, "too much",
                                  "shelf", false, "Full", "row 7"});
    return n * n;
  }};
}

using typed_squaring = caf::typed_actor<caf::replies_to<int>::with<int>>;

typed_squaring::behavior_type typed_worker() {
  return {[](int n) { return n * n; }};
}

LAW("a typed actor, and one that a function finds, serve activities as an actor does") {
  for (const int form : {0, 1, 2, 3}) {
    house home;
    const auto worker = home.system->spawn(squaring);
    const auto typed = home.system->spawn(typed_worker);
    if (form == 0) register_actor_activity(*home.node, square, worker);
    if (form == 1) register_actor_activity(*home.node, square, typed);
    if (form == 2) register_actor_activity(*home.node, square, [worker] { return worker; });
    if (form == 3) register_actor_activity(*home.node, square, [typed] { return typed; });
    home.node->start();
    CHECK(home.outcome_of(squares, "s", 7).output == "49");
  }
}

LAW("actors serve activities with and without input and output") {
  std::atomic<int> noted = 0;
  house home;
  const auto worker = home.system->spawn([&noted]() -> caf::behavior {
    return {[] { return 42; }, [&noted](int n) { noted = n; }};
  });
  const auto silent =
      home.system->spawn([&noted]() -> caf::behavior { return {[&noted] { noted = noted * 2; }}; });
  register_actor_activity(*home.node, answer, worker);
  register_actor_activity(*home.node, note, worker);
  register_actor_activity(*home.node, ping, silent);
  home.node->start();
  home.node->client().start(all_forms, "f");
  CHECK(home.node->client().instance(all_forms, "f").result(patience) == 42);
  CHECK(noted == 84);
}

LAW("a worker gets a message of its own, and its answer becomes the output") {
  seen what;
  house home;
  const auto inventory = home.system->spawn([&what]() -> caf::behavior {
    return {[&what](reserve_atom, const std::string& item, int quantity, const activity_info& info) {
      const std::lock_guard lock(what.mutex);
      what.infos.push_back(info);
      return caf::make_message(item, quantity);
    }};
  });
  register_actor_activity(*home.node, reserve, inventory,
                          actor_activity_options()
                              .with_request([](const parcel& wanted, const activity_info& info) {
                                return std::tuple(reserve_atom::value, wanted.item, wanted.quantity, info);
                              })
                              .with_answer([](const std::string& item, int quantity) {
                                return item + " x " + std::to_string(quantity);
                              }));
  home.node->start();
  CHECK(home.outcome_of(reserves, "r", 3).output == "\"tea x 3\"");
  REQUIRE(what.infos.size() == 1);
  CHECK(what.infos[0] == activity_info{"r/1/2", "reserve", "r", 1, 1});
}

LAW("a worker is told the attempt, and the id is that of all attempts") {
  seen what;
  house home;
  const auto worker = home.system->spawn([&what]() -> caf::behavior {
    return {[&what](const activity_info& info) -> caf::result<int> {
      const std::lock_guard lock(what.mutex);
      what.infos.push_back(info);
      if (info.attempt < 3) return caf::make_error(caf::sec::runtime_error, "busy");
      return 1;
    }};
  });
  register_actor_activity(*home.node, square, worker,
                          actor_activity_options().with_request(
                              [](int, const activity_info& info) { return caf::make_message(info); }));
  home.node->start();
  CHECK(home.outcome_of(retried, "r", 3).output == "1");
  REQUIRE(what.infos.size() == 3);
  CHECK(what.infos[2].attempt == 3);
  CHECK(what.infos[2].id == what.infos[0].id);
}

LAW("a worker that was started in the place of another is used at once") {
  house home;
  std::mutex mutex;
  caf::actor now;
  register_actor_activity(*home.node, square, [&] {
    const std::lock_guard lock(mutex);
    if (!now) throw std::runtime_error("the shop is closed");
    return now;
  });
  home.node->start();
  CHECK(home.failure_of_square(1).message == "the shop is closed");
  for (int round = 0; round < 2; ++round) {
    {
      const std::lock_guard lock(mutex);
      if (now) caf::anon_send_exit(now, caf::exit_reason::kill);
      now = home.system->spawn(squaring);
    }
    CHECK(home.outcome_of(squares, "r" + std::to_string(round), 7).output == "49");
  }
}

LAW("where there is no actor, the attempt fails and says so") {
  house home;
  register_actor_activity(*home.node, square, [] { return caf::actor(); });
  home.node->start();
  const error_details why = home.failure_of_square(1);
  CHECK(why.message == "there is no actor that serves activity 'square' now");
  CHECK(why.kind == error_kind::activity_failed);
  CHECK(why.source == "square");
}

LAW("an error of a worker fails the activity with the worker's own text") {
  house home;
  register_actor_activity(*home.node, square, home.system->spawn(squaring));
  home.node->start();
  const error_details why = home.failure_of_square(-1);
  CHECK(why.message == "sold out");
  CHECK(why.category == error_category::application);
  CHECK(why.kind == error_kind::activity_failed);
  CHECK(why.source == "square");
  CHECK(why.retryable);
  CHECK(home.failure_of_square(-2).message == "invalid_argument");
  CHECK_THAT(home.failure_of_square(-5).message, Catch::Contains("an error that says nothing"));
}

LAW("a worker may answer with a final error, and with all the details of one") {
  seen what;
  house home;
  const auto worker = home.system->spawn([&what]() -> caf::behavior {
    return {[&what](int) -> caf::result<int> {
      ++what.requests;
      return make_final_error("closed for good");
    }};
  });
  register_actor_activity(*home.node, square, worker);
  home.node->start();
  const instance_status ended = home.outcome_of(retried, "r", 1);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "closed for good");
  CHECK(what.requests == 1);
  house other;
  register_actor_activity(*other.node, square, other.system->spawn(squaring));
  other.node->start();
  const error_details why = other.failure_of_square(-4);
  CHECK(why == error_details{error_category::application, error_kind::limit_exceeded, "too much", "shelf",
                             false, "Full", "row 7"});
}

LAW("an answer of another type fails the activity, and the text names both types") {
  house home;
  const auto worker = home.system->spawn([]() -> caf::behavior {
    return {[](int n) -> caf::result<caf::message> {
      if (n == 0) return caf::message();
      return caf::make_message(std::string("seven"), true);
    }};
  });
  register_actor_activity(*home.node, square, worker);
  home.node->start();
  CHECK(home.failure_of_square(1).message ==
        "the actor of activity 'square' answered with (std::string, bool), but the activity expects (int)");
  CHECK(home.failure_of_square(0).message ==
        "the actor of activity 'square' answered with (), but the activity expects (int)");
}

LAW("a worker that does not know the request fails the activity, and the text names its types") {
  house home;
  const auto worker = home.system->spawn([](caf::event_based_actor* self) -> caf::behavior {
    self->set_default_handler(caf::drop);
    return {[](const std::string& text) { return text; }};
  });
  register_actor_activity(*home.node, square, worker);
  home.node->start();
  CHECK(home.failure_of_square(1).message == "the actor of activity 'square' does not accept (int)");
}

LAW("the death of a worker ends its activities once: those that it holds, that wait for it, and that come "
    "later") {
  seen what;
  house home;
  std::promise<void> may_go_on;
  auto go_on = may_go_on.get_future().share();
  auto worker = home.system->spawn([&what, go_on](caf::stateful_actor<holder>* self) -> caf::behavior {
    return {[self, &what, go_on](int n) {
      self->state.held.push_back(self->make_response_promise());
      ++what.requests;
      if (n == 1) go_on.wait();
    }};
  });
  register_actor_activity(*home.node, square, worker);
  home.node->start();
  client client = home.node->client();
  client.start(squares, "held", 0);
  REQUIRE(eventually([&] { return what.requests == 1; }));
  client.start(squares, "busy", 1);
  REQUIRE(eventually([&] { return what.requests == 2; }));
  client.start(squares, "waits", 2);
  REQUIRE(eventually([&] { return home.node->metrics().running_asynchronous_activities == 3; }));
  caf::anon_send_exit(worker, caf::exit_reason::kill);
  may_go_on.set_value();
  for (const char* id : {"held", "busy", "waits"}) {
    const instance_status ended = client.instance(id).wait(patience);
    REQUIRE(ended.error);
    CHECK(ended.error->message == "the actor of activity 'square' ended: kill");
    CHECK(ended.error->source == "square");
  }
  CHECK(home.failure_of_square(3).message == "the actor of activity 'square' ended: kill");
  CHECK(eventually([&] { return home.node->metrics().running_asynchronous_activities == 0; }));
}

LAW("an answer that a worker gives before it ends is its answer") {
  house home;
  register_actor_activity(*home.node, square, [&home] {
    return home.system->spawn([](caf::event_based_actor* self) -> caf::behavior {
      return {[self](int n) {
        self->quit();
        return n * n;
      }};
    });
  });
  home.node->start();
  for (int i = 0; i < 100; ++i) CHECK(home.outcome_of(squares, "s" + std::to_string(i), 3).output == "9");
}

LAW("a request that a worker gives up without an answer fails the activity") {
  seen what;
  house home;
  const mute_worker worker(home, what);
  register_actor_activity(*home.node, square, worker.actor);
  home.node->start();
  home.node->client().start(squares, "s", 1);
  REQUIRE(eventually([&] { return what.requests == 1; }));
  caf::anon_send(worker.actor, fail_atom::value);
  const instance_status ended = home.node->client().instance("s").wait(patience);
  REQUIRE(ended.error);
  CHECK(ended.error->message == "the actor of activity 'square' gave the request up without an answer");
}

LAW("a cancelled activity of a mute worker runs no more, and delays and keeps nothing") {
  seen what;
  runtime_options options = verified();
  options.shutdown_timeout = patience;
  options.activity_cancellation_grace_period = patience;
  house home(options);
  register_actor_activity(*home.node, square, spawn_idle(*home.system, what));
  home.node->start();
  CHECK(home.outcome_of(impatient, "i", 1).status == runtime_status::completed);
  CHECK(what.requests >= 1);
  CHECK(eventually([&] { return home.node->metrics().running_asynchronous_activities == 0; }));
  const auto began = std::chrono::steady_clock::now();
  home.node->shutdown();
  CHECK(std::chrono::steady_clock::now() - began < patience / 2);
  home.node.reset();
  CHECK(eventually([&] { return what.ended == 1; }));
  home.system.reset();
}

LAW("a shutdown does not wait for a mute worker once its activities are abandoned") {
  seen what;
  runtime_options options = verified();
  options.activity_cancellation_grace_period = patience;
  house home(options);
  register_actor_activity(*home.node, square, spawn_idle(*home.system, what));
  home.node->start();
  home.node->client().start(squares, "s", 1);
  REQUIRE(eventually([&] { return what.requests >= 1; }));
  const auto began = std::chrono::steady_clock::now();
  home.node->shutdown(50ms);
  CHECK(std::chrono::steady_clock::now() - began < patience / 2);
  home.node.reset();
  CHECK(eventually([&] { return what.ended == 1; }));
}

LAW("a worker is told that its activity is cancelled, if that is wanted, in its own words or in ours") {
  for (const bool own_words : {false, true}) {
    seen what;
    house home;
    const mute_worker worker(home, what);
    const auto options = own_words
                             ? actor_activity_options().with_cancel_message([](const activity_info& info) {
                                 return caf::make_message(count_atom::value, info.id == "i/1/2" ? 1 : 100);
                               })
                             : actor_activity_options().with_cancel_message();
    register_actor_activity(*home.node, square, worker.actor, options);
    home.node->start();
    CHECK(home.outcome_of(impatient, "i", 1).status == runtime_status::completed);
    CHECK(eventually([&] { return what.cancelled == 1; }));
    if (!own_words) CHECK(what.cancelled_id == "i/1/2");
  }
}

LAW("activities under way are no running actors of the user's system") {
  seen what;
  house home;
  const mute_worker worker(home, what);
  register_actor_activity(*home.node, square, worker.actor);
  home.node->start();
  client client = home.node->client();
  client.start(squares, "s0", 1);
  REQUIRE(eventually([&] { return what.requests == 1; }));
  const std::size_t before = home.system->registry().running();
  for (int i = 1; i <= 20; ++i) client.start(squares, "s" + std::to_string(i), 1);
  REQUIRE(eventually([&] { return what.requests == 21; }));
  CHECK(home.system->registry().running() == before);
}

LAW("a worker may live in another actor system than its runtime, and end after it") {
  caf::actor_system_config config;
  caf::actor_system system(config);
  {
    runtime node(sqlite_provider::open_in_memory(), verified());
    register_orchestrations(node);
    register_actor_activity(node, square, system.spawn(squaring));
    node.start();
    node.client().start(squares, "s", 7);
    CHECK(node.client().instance(squares, "s").result(patience) == 49);
  }
}

}  // namespace
}  // namespace duroxide::laws_of_actor_activities
