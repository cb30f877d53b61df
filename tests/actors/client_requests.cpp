// Every operation of a client, asked by an actor.
#include "tests/actors/actor_program.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <latch>
#include <limits>

namespace duroxide::laws_of_client_requests {
namespace {

using namespace testing_support;

LAW("an actor starts an instance, signals it and gets its output, typed and without JSON") {
  actor_program program;
  const order tea{"tea", 3};
  CHECK(answer_of(program, op::start(order_flow, "o-1", tea)) == start_result::started);
  CHECK(answer_of(program, op::start(order_flow, "o-1", tea)) == start_result::already_exists);
  const instance_status seen = answer_of(program, op::status_change("o-1", 0));
  CHECK(seen.custom_status == "waiting");
  CHECK(answer_of(program, op::kv_value<std::string>("o-1", "item")) == "tea");
  CHECK(answer_of(program, op::kv_value<bool>("o-1", "approved")) == std::nullopt);
  CHECK(answer_of(program, op::status("o-1")).status == runtime_status::running);
  answer_of(program, op::raise(approval, "o-1", true));
  CHECK(answer_of(program, op::wait_for_kv_value<bool>("o-1", "approved")));
  CHECK(answer_of(program, op::result(order_flow, "o-1")) == "tea sold");
  CHECK(answer_of(program, op::wait("o-1")).output == "\"tea sold\"");
  const auto values = answer_of(program, op::kv_values("o-1"));
  CHECK(values.at("item") == json_text("\"tea\""));
  CHECK(values.at("approved") == json_text("true"));
}

LAW("an actor reads queues, activities and cancellations through the client actor") {
  actor_program program;
  answer_of(program, op::start(sums_two, "s"));
  answer_of(program, op::enqueue(parcels, "s", 4));
  answer_of(program, op::enqueue("parcels", "s", "5"));
  CHECK(answer_of(program, op::result(sums_two, "s")) == 9);
  answer_of(program, op::start(runs_activity, "a"));
  REQUIRE(eventually([&] {
    const auto all = answer_of(program, op::activities("a"));
    return all.size() == 1 && all[0].name == "hangs" && all[0].progress == "hanging";
  }));
  answer_of(program, op::cancel("a", "enough"));
  const instance_status ended = answer_of(program, op::wait("a"));
  CHECK(ended.status == runtime_status::cancelled);
  REQUIRE(ended.error);
  CHECK(ended.error->message.find("enough") != std::string::npos);
  CHECK(error_of(program, op::result(runs_activity, "a")).kind == error_kind::cancelled);
}

LAW("an actor asks durable actors and tells them, typed and without JSON") {
  actor_program program;
  CHECK(answer_of(program, op::ask(accounts::account["ada"], accounts::deposit, 5)) == 5);
  answer_of(program, op::tell(accounts::account["ada"], accounts::note, std::string("hello")));
  CHECK(answer_of(program, op::ask(accounts::account["ada"], accounts::notes)) == "hello");
  CHECK(answer_of(program, op::ask(accounts::account["ada"], accounts::at_least, 5)));
  answer_of(program, op::ask(accounts::account["ada"], accounts::rest));
  const std::string id = new_command_id();
  for (int i = 0; i < 2; ++i)
    CHECK(answer_of(program, op::ask(accounts::account["ada"], accounts::deposit, 1, id)) == 6);
  const error_details failed = error_of(program, op::ask(accounts::account["ada"], accounts::withdraw, 9));
  CHECK(failed.kind == error_kind::command_failed);
  CHECK(failed.message == "only 6 there");
  CHECK(error_of(program, op::ask(accounts::account["ada"], accounts::deposit, 1, "mine")).kind ==
        error_kind::invalid_argument);
}

LAW("options of a start go with the message") {
  actor_program program;
  start_options options;
  options.delay = 1h;
  options.labels = {{"region", "north"}};
  options.if_exists = existing_instance::fail;
  answer_of(program, op::start(sums_two, "s", options));
  CHECK(error_of(program, op::start(sums_two, "s", options)).kind == error_kind::already_exists);
  const instance_status status = answer_of(program, op::status("s"));
  CHECK(status.status == runtime_status::pending);
  CHECK(status.labels == options.labels);
  options.version = "9.9.9";
  CHECK(error_of(program, op::start(sums_two, "other", options)).kind == error_kind::not_registered);
  options.version = "nonsense";
  CHECK(error_of(program, op::start(sums_two, "other", options)).kind == error_kind::invalid_argument);
  CHECK(answer_of(program, op::status("other")).status == runtime_status::not_found);
}

LAW("an actor finds instances by a filter, counts them, and sets their labels") {
  actor_program program;
  for (const char* each : {"a", "b", "c"}) answer_of(program, op::start(sums_two, each));
  answer_of(program, op::set_label("a", "amount", 42.5));
  answer_of(program, op::set_label("a", "team", "blue"));
  answer_of(program, op::set_label("b", "team", "blue"));
  answer_of(program, op::clear_label("a", "team"));
  for (int i = 0; i < 2; ++i) answer_of(program, op::enqueue(parcels, "a", 1));
  CHECK(answer_of(program, op::result(sums_two, "a")) == 2);
  const auto ids = [&](const std::string& filter, page_request page = {}) {
    std::string all;
    for (const instance_summary& each : answer_of(program, op::list(filter, std::move(page))).instances)
      all += each.instance;
    return all;
  };
  CHECK(ids("amount > 42 and team is null and state = ended") == "a");
  CHECK(ids("order by id", {.limit = 2}) == "ab");
  CHECK(ids("order by id", {2, answer_of(program, op::list("order by id", {.limit = 2})).cursor}) == "c");
  REQUIRE(eventually([&] { return ids("team = blue") == "b"; }));
  CHECK(answer_of(program, op::count("state in (active, not_started)")) ==
        std::vector<group_count>{{std::nullopt, 2}});
  CHECK(answer_of(program, op::count("", "amount")) ==
        std::vector<group_count>{{std::nullopt, 2}, {"42.5", 1}});
  CHECK_THAT(error_of(program, op::list("state = asleep")).message,
             Catch::Contains("cannot be read at column 9: no instance has the state 'asleep'"));
  CHECK(error_of(program, op::count("", "id")).kind == error_kind::invalid_argument);
  CHECK(error_of(program, op::list("", {.limit = 0})).kind == error_kind::invalid_argument);
  CHECK(error_of(program, op::set_label("nobody", "a", 1)).kind == error_kind::instance_not_found);
  CHECK(error_of(program, op::set_label("b", "", 1)).kind == error_kind::invalid_argument);
  CHECK(error_of(program, op::set_label("b", "long", std::string(1025, 'x'))).kind ==
        error_kind::limit_exceeded);
  CHECK(error_of(program, op::set_label("a", "late", 1)).kind == error_kind::instance_terminal);
}

LAW("the output of an orchestration that failed is its own error") {
  actor_program program;
  answer_of(program, op::start(fails, "f", "no tea left"));
  const error_details why = error_of(program, op::result(fails, "f"));
  CHECK(why.kind == error_kind::orchestration_failed);
  CHECK(why.message == "no tea left");
  CHECK(why.source == "Fails");
  CHECK(error_of(program, op::result(sums_two, "f")).kind == error_kind::invalid_argument);
}

LAW("waits of actors can begin before their instance") {
  actor_program program;
  CHECK(error_of(program, op::wait("s")).kind == error_kind::instance_not_found);
  CHECK(error_of(program, op::wait("s").until_exists(), 1ms).kind == error_kind::timed_out);
  CHECK(error_of(program, op::status_change("s", 0).until_exists(), 1ms).kind == error_kind::timed_out);
  CHECK(error_of(program, op::wait_for_kv_value("s", "k").until_exists(), 1ms).kind == error_kind::timed_out);
  caf::scoped_actor self(program.system());
  auto end = request(self, program.client(), patience, op::result(sums_two, "s").until_exists());
  program.plain().start(sums_two, "s");
  program.plain().instance("s").enqueue(parcels, 1);
  program.plain().instance("s").enqueue(parcels, 2);
  int sum = 0;
  end.receive([&](int output) { sum = output; }, [](const error_details& why) { FAIL(to_text(why)); });
  CHECK(sum == 3);
}

LAW("what is not legal is refused before anything is stored") {
  actor_program program;
  CHECK(error_of(program, op::start({"SumsTwo", "bad", "{not json", {}})).kind ==
        error_kind::invalid_payload);
  CHECK(error_of(program, op::start(sums_two, "")).message.find("instance id is empty") != std::string::npos);
  CHECK(error_of(program, op::start(sums_two, "bad"), -1s).kind == error_kind::invalid_argument);
  const auto nan = std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN());
  CHECK(error_of(program, op::start(sums_two, "bad"), nan).kind == error_kind::invalid_argument);
  CHECK(answer_of(program, op::status("bad")).status == runtime_status::not_found);
  CHECK(error_of(program, op::start_and(op::start(sums_two, "bad"), op::enqueue("parcels", "bad", "[1,")))
            .kind == error_kind::invalid_payload);
  CHECK(answer_of(program, op::status("bad")).status == runtime_status::not_found);
  answer_of(program, op::start(sums_two, "s"));
  CHECK(error_of(program, op::enqueue("parcels", "s", "{")).kind == error_kind::invalid_payload);
  CHECK(error_of(program, op::raise("approval", "s", "")).kind == error_kind::invalid_payload);
  CHECK(error_of(program, op::enqueue("", "s", "1")).kind == error_kind::invalid_argument);
  CHECK(error_of(program, op::kv_value("s", "")).kind == error_kind::invalid_argument);
  answer_of(program, op::enqueue(parcels, "s", 1));
  answer_of(program, op::enqueue(parcels, "s", 2));
  CHECK(answer_of(program, op::result(sums_two, "s")) == 3);
}

constexpr orchestration<int(double)> takes_double{"TakesDouble"};

LAW("an argument that JSON cannot write is the error of the request, and no exception") {
  actor_program program;
  const error_details why =
      error_of(program, op::start(takes_double, "d", std::numeric_limits<double>::infinity()));
  CHECK(why.kind == error_kind::invalid_payload);
  CHECK(answer_of(program, op::status("d")).status == runtime_status::not_found);
}

LAW("limits of any unit are taken") {
  actor_program program;
  answer_of(program, op::start(sums_two, "s"));
  CHECK(error_of(program, op::wait("s"), std::chrono::microseconds(1500)).message.find("2 ms") !=
        std::string::npos);
  CHECK(error_of(program, op::wait("s"), std::chrono::duration<double>(0.001)).kind == error_kind::timed_out);
  CHECK(error_of(program, op::wait("s"), 0s).kind == error_kind::timed_out);
  CHECK(asked(program.system(), program.client(), op::status("s"), no_limit).has_value());
  CHECK(asked(program.system(), program.client(), op::status("s"), std::chrono::hours::max()).has_value());
}

LAW("start_and starts unless the instance exists, and then sends") {
  actor_program program;
  auto send = [&](int parcel) {
    return answer_of(program, op::start_and(op::start(sums_two, "s"), op::enqueue(parcels, "s", parcel)));
  };
  CHECK(send(30) == start_result::started);
  CHECK(send(12) == start_result::already_exists);
  CHECK(answer_of(program, op::result(sums_two, "s")) == 42);
  CHECK(error_of(program, op::start_and(op::start(sums_two, "s"), op::enqueue(parcels, "s", 1))).kind ==
        error_kind::instance_terminal);
  const order tea{"tea", 1};
  answer_of(program, op::start(order_flow, "o", tea));
  answer_of(program, op::status_change("o", 0));
  answer_of(program, op::start_and(op::start(order_flow, "o", tea), op::raise(approval, "o", false)));
  CHECK(answer_of(program, op::result(order_flow, "o")) == "tea kept");
}

LAW("start_and is for one instance, and sends nothing to one that must not exist") {
  actor_program program;
  CHECK(error_of(program, op::start_and(op::start(sums_two, "a"), op::enqueue(parcels, "b", 1))).kind ==
        error_kind::invalid_argument);
  CHECK(answer_of(program, op::status("a")).status == runtime_status::not_found);
  answer_of(program, op::start(sums_two, "s"));
  start_options options;
  options.if_exists = existing_instance::fail;
  CHECK(error_of(program, op::start_and(op::start(sums_two, "s", options), op::enqueue(parcels, "s", 7)))
            .kind == error_kind::already_exists);
  answer_of(program, op::enqueue(parcels, "s", 1));
  answer_of(program, op::enqueue(parcels, "s", 2));
  CHECK(answer_of(program, op::result(sums_two, "s")) == 3);
}

LAW("administration runs where it may block, and answers with its result") {
  actor_program program;
  answer_of(program, op::start(sums_two, "s"));
  const auto count = [](const admin& store) { return store.list_instances().instances.size(); };
  CHECK(answer_of(program, op::administer(count)) == 1);
  bool was_called = false;
  answer_of(program, op::administer([&](const admin&) { was_called = true; }));
  CHECK(was_called);
  CHECK(
      error_of(program, op::administer([](const admin& store) { return store.get_instance_info("nobody"); }))
          .kind == error_kind::instance_not_found);
  CHECK(error_of(program, op::administer([](const admin&) { throw std::runtime_error("no"); })).message ==
        "no");
}

LAW("a client actor serves others while its administration runs") {
  actor_program program;
  std::latch begun(1);
  std::latch may_end(1);
  caf::scoped_actor self(program.system());
  auto slow = request(self, program.client(), patience, op::administer([&](const admin&) {
                        begun.count_down();
                        may_end.wait();
                        return 5;
                      }));
  begun.wait();
  CHECK(answer_of(program, op::status("nobody")).status == runtime_status::not_found);
  may_end.count_down();
  int answer = 0;
  slow.receive([&](int value) { answer = value; }, [](const error_details& why) { FAIL(to_text(why)); });
  CHECK(answer == 5);
}

struct asker_state {
  std::string heard;
};

LAW("event-based, stateful and typed actors ask, with then and with await") {
  actor_program program;
  std::latch heard(3);
  auto hear = [&](const instance_status&) { heard.count_down(); };
  auto fail = [](const error_details&) {};
  program.system().spawn([&, client = program.client()](caf::event_based_actor* self) {
    request(self, client, patience, op::status("s")).then(hear, fail);
  });
  program.system().spawn(
      [&, client = program.client()](caf::stateful_actor<asker_state>* self) -> caf::behavior {
        request(self, client, patience, op::status("s")).await(hear, fail);
        return {[](int) {}};
      });
  using counter = caf::typed_actor<caf::replies_to<int>::with<int>>;
  program.system().spawn([&, client = program.client()](counter::pointer self) -> counter::behavior_type {
    request(self, client, patience, op::status("s")).then(hear, fail);
    return {[](int n) { return n; }};
  });
  heard.wait();
}

LAW("a client actor without a runtime works through the store") {
  auto store = sqlite_provider::open_in_memory();
  caf::actor_system_config config;
  caf::actor_system system(configured(config));
  runtime elsewhere(store, verified());
  elsewhere.register_orchestration(sums_two, run_sums_two);
  elsewhere.start();
  client_actor client = make_client_actor(system, duroxide::client(store));
  CHECK(asked(system, client, op::start(sums_two, "s")).has_value());
  CHECK(asked(system, client, op::enqueue(parcels, "s", 1)).has_value());
  CHECK(asked(system, client, op::enqueue(parcels, "s", 2)).has_value());
  const auto sum = asked(system, client, op::result(sums_two, "s"));
  REQUIRE(sum);
  CHECK(*sum == 3);
}

}  // namespace
}  // namespace duroxide::laws_of_client_requests
