// Messages and errors of the client actor, as CAF sees them.
#include "tests/actors/actor_program.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/io/all.hpp>

namespace duroxide::laws_of_client_messages {
namespace {

using namespace testing_support;

template <class T> T copied_by_bytes(caf::actor_system& system, T value) {
  std::vector<char> bytes;
  caf::binary_serializer writer(system, bytes);
  REQUIRE(!writer(value));
  T read;
  caf::binary_deserializer reader(system, bytes);
  REQUIRE(!reader(read));
  return read;
}

instance_status full_status() {
  instance_status status;
  status.status = runtime_status::failed;
  status.life = 7;
  status.orchestration = "Flow";
  status.version = "1.2.3";
  status.execution = 4;
  status.output = "[1]";
  status.error =
      error_details{error_category::poison, error_kind::attempts_exhausted, "m", "s", false, "t", "k"};
  status.custom_status = "half";
  status.custom_status_version = 9;
  status.created_at = timestamp(5ms);
  status.updated_at = timestamp(6ms);
  status.labels = {{"a", "b"}};
  return status;
}

LAW("values and messages of the client survive their bytes") {
  caf::actor_system_config config;
  caf::actor_system system(configured(config));
  CHECK(copied_by_bytes(system, full_status()) == full_status());
  CHECK(copied_by_bytes(system, instance_status{}) == instance_status{});
  const kv_entry entry{"k", "v", timestamp(8ms)};
  CHECK(copied_by_bytes(system, entry) == entry);
  const activity_state state{{"i", 2, 3, 4}, "n", "t", "s", 5, "p", timestamp(9ms)};
  CHECK(copied_by_bytes(system, state) == state);
  const auto down = copied_by_bytes(system, instance_down{"i", 3, full_status(), std::nullopt});
  CHECK(down.status == full_status());
  CHECK(!down.error);
  const messages::start start = copied_by_bytes(
      system, messages::start{{"f", "i", "1", {"1.0.0", 5ms, {{"a", "b"}}, existing_instance::fail}}, 7ms});
  CHECK(start.limit == 7ms);
  CHECK(start.what.input == "1");
  CHECK(start.what.options.version == "1.0.0");
  CHECK(start.what.options.delay == 5ms);
  CHECK(start.what.options.labels.size() == 1);
  CHECK(start.what.options.if_exists == existing_instance::fail);
  const label_change change{make_label("due", timestamp(5ms)), true};
  CHECK(copied_by_bytes(system, messages::change_label{"i", change}).what == change);
  const auto list = copied_by_bytes(system, messages::list{"id = a", {7, "id b"}, 5ms});
  CHECK(list.filter == "id = a");
  CHECK(list.page.limit == 7);
  CHECK(list.page.cursor == "id b");
  CHECK(list.limit == 5ms);
  CHECK(copied_by_bytes(system, messages::count{"id = a", "state"}).group == "state");
  instance_summary summary;
  summary.status = runtime_status::failed;
  summary.parent = "p";
  summary.labels = {make_label("amount", 5)};
  const auto page = copied_by_bytes(system, instance_page{{summary, {}}, "next"});
  REQUIRE(page.instances.size() == 2);
  CHECK(page.cursor == "next");
  CHECK(page.instances[0].parent == "p");
  CHECK(page.instances[0].status == runtime_status::failed);
  CHECK(page.instances[0].labels == summary.labels);
  CHECK(!page.instances[1].parent);
  const std::vector<group_count> counts{{"a", 2}, {std::nullopt, 1}};
  CHECK(copied_by_bytes(system, counts) == counts);
  CHECK(copied_by_bytes(system, messages::wait{"i", absent_instance::wait, 5ms}).if_absent ==
        absent_instance::wait);
}

LAW("an error keeps its details, and the actor system renders it") {
  caf::actor_system_config config;
  caf::actor_system system(configured(config));
  for (const error_kind kind :
       {error_kind::activity_failed, error_kind::timed_out, error_kind::attempts_exhausted}) {
    const error_details why{error_category::poison, kind, "text", "source", false, "type", "stack"};
    const caf::error e = to_caf_error(why);
    CHECK(e);
    CHECK(to_error_details(e) == why);
    CHECK(to_error_details(copied_by_bytes(system, e)) == why);
    CHECK(system.render(e) == std::string(to_string(kind)) + ": text");
  }
}

LAW("errors of CAF become details, without what CAF puts around them") {
  const auto details = [](caf::error e) { return to_error_details(e, error_kind::orchestration_failed); };
  CHECK(details(caf::make_error(caf::sec::invalid_argument, "negative")).message == "negative");
  CHECK(details(caf::make_error(caf::sec::runtime_error, "sold out")).message == "sold out");
  CHECK(details(caf::make_error(caf::sec::runtime_error, "sold out")).kind ==
        error_kind::orchestration_failed);
  CHECK(details(caf::sec::request_receiver_down).kind == error_kind::runtime_stopped);
  CHECK(details(caf::sec::request_timeout).kind == error_kind::timed_out);
  CHECK(details(caf::sec::unexpected_message).kind == error_kind::invalid_argument);
  CHECK(details(caf::exit_reason::user_shutdown).kind == error_kind::runtime_stopped);
  CHECK(details(caf::error(3, caf::atom("mine"))).message == "mine 3");
}

LAW("messages work without the typed forms") {
  actor_program program;
  caf::scoped_actor self(program.system());
  start_result how{};
  self->request(program.client(), caf::infinite, messages::start{{"SumsTwo", "s", "null", {}}})
      .receive([&](start_result value) { how = value; },
               [&](caf::error& e) { FAIL(program.system().render(e)); });
  CHECK(how == start_result::started);
  std::string heard;
  self->request(program.client(), caf::infinite, messages::raise{"nobody", "go", "1"})
      .receive([] {}, [&](caf::error& e) { heard = program.system().render(e); });
  CHECK(heard.find("instance_not_found: there is no instance 'nobody'") == 0);
}

caf::actor_system_config& with_network(caf::actor_system_config& config) {
  configure(config);
  config.load<caf::io::middleman>();
  return config;
}

LAW("an actor of another node uses the client actor") {
  caf::actor_system_config config;
  caf::actor_system system(with_network(config));
  runtime runtime(sqlite_provider::open_in_memory(), verified());
  runtime.register_orchestration(order_flow, run_order_flow);
  runtime.start();
  client_actor local = make_client_actor(system, runtime.client());
  const auto port = system.middleman().publish(local, 0, "127.0.0.1");
  REQUIRE(port);
  {
    caf::actor_system_config far_config;
    caf::actor_system far(with_network(far_config));
    auto client = far.middleman().remote_actor<client_actor>("127.0.0.1", *port);
    REQUIRE(client);
    caf::scoped_actor self(far);
    CHECK(asked(far, *client, op::start(order_flow, "o", order{"tea", 1})).has_value());
    CHECK(asked(far, *client, op::status_change("o", 0)).value().custom_status == "waiting");
    monitor(self, *client, "o");
    CHECK(asked(far, *client, op::set_label("o", "amount", 5)).has_value());
    CHECK(asked(far, *client, op::raise(approval, "o", true)).has_value());
    CHECK(asked(far, *client, op::result(order_flow, "o")).value() == "tea sold");
    CHECK(asked(far, *client, op::kv_values("o")).value().size() == 2);
    const auto found = asked(far, *client, op::list("amount = 5 and state = ended")).value();
    REQUIRE(found.instances.size() == 1);
    CHECK(found.instances[0].labels == std::vector{make_label("amount", 5)});
    CHECK(asked(far, *client, op::count("", "state")).value() == std::vector<group_count>{{"ended", 1}});
    CHECK(asked(far, *client, op::list("amount =")).error().kind == error_kind::invalid_argument);
    CHECK(asked(far, *client, op::wait("nobody")).error().kind == error_kind::instance_not_found);
    CHECK(asked(far, *client, op::administer([](const admin&) { return 1; })).error().kind ==
          error_kind::invalid_argument);
    self->receive([](const instance_down& down) { CHECK(down.status->output == "\"tea sold\""); });
  }
  system.middleman().unpublish(local, *port);
  caf::anon_send_exit(local, caf::exit_reason::user_shutdown);  // CAF holds what was published
}

}  // namespace
}  // namespace duroxide::laws_of_client_messages
