#include "duroxide/registry.hpp"

#include "duroxide/errors.hpp"
#include "tests/support/catch.hpp"

namespace laws_of_registry {

using namespace duroxide;
using Catch::Contains;

namespace {

const semantic_version first_version(1, 0, 0);

activity_handler any_activity() {
  return [](activity_context&, const std::string& input) { return input; };
}

orchestration_handler any_orchestration() {
  return [](orchestration_context, const std::string&) -> detail::branch_ptr<json_text> { return nullptr; };
}

template <class Add> error_details refusal(Add add) {
  try {
    add();
  } catch (const configuration_error& e) {
    return e.details();
  }
  return {};
}

int doubled(activity_context&, int n) { return 2 * n; }

}  // namespace

LAW("what is registered is found, under its name only") {
  registry handlers;
  handlers.add_activity("charge", any_activity());
  handlers.add_orchestration("checkout", first_version, any_orchestration());
  REQUIRE(handlers.find_activity("charge"));
  CHECK(handlers.find_activity("charge")->run);
  CHECK_FALSE(handlers.find_activity("charge")->start);
  CHECK_FALSE(handlers.find_activity("checkout"));
  REQUIRE(handlers.find_orchestration("checkout"));
  CHECK(handlers.find_orchestration("checkout")->name == "checkout");
  CHECK_FALSE(handlers.find_orchestration("charge"));
  CHECK_FALSE(handlers.find_orchestration("Checkout"));
}

LAW("an activity that runs elsewhere is registered as one that is started") {
  registry handlers;
  handlers.add_activity("charge", [](std::shared_ptr<activity_context>, std::string, activity_completion) {});
  CHECK_FALSE(handlers.find_activity("charge")->run);
  CHECK(handlers.find_activity("charge")->start);
}

LAW("without a version the newest is found, with one exactly that") {
  registry handlers;
  handlers.add_orchestration("checkout", first_version, any_orchestration());
  std::string version = handlers.find_orchestration("checkout")->version;
  CHECK(handlers.find_orchestration("checkout", version) == handlers.find_orchestration("checkout"));
  CHECK_FALSE(handlers.find_orchestration("checkout", "99.0.0"));
}

LAW("a name is registered once") {
  registry handlers;
  handlers.add_activity("charge", any_activity());
  handlers.add_orchestration("checkout", first_version, any_orchestration());
  auto again = refusal([&] { handlers.add_activity("charge", any_activity()); });
  CHECK(again.kind == error_kind::duplicate_registration);
  CHECK_THAT(again.message, Contains("activity 'charge' is already registered"));
  CHECK(refusal([&] { handlers.add_orchestration("checkout", first_version, any_orchestration()); }).kind ==
        error_kind::duplicate_registration);
}

LAW("activities and orchestrations have names of their own") {
  registry handlers;
  handlers.add_activity("same", any_activity());
  handlers.add_orchestration("same", first_version, any_orchestration());
  CHECK(handlers.activity_names() == std::vector<std::string>{"same"});
  CHECK(handlers.orchestration_names() == std::vector<std::string>{"same"});
}

LAW("what is no legal name is refused, and nothing is registered") {
  registry handlers;
  for (std::string name : {std::string(), std::string("a\nb"), std::string("\xff"), std::string(257, 'x')}) {
    CHECK(refusal([&] { handlers.add_activity(name, any_activity()); }).kind == error_kind::invalid_argument);
    CHECK(refusal([&] { handlers.add_orchestration(name, first_version, any_orchestration()); }).kind ==
          error_kind::invalid_argument);
  }
  CHECK(handlers.activity_names().empty());
  CHECK(handlers.orchestration_names().empty());
}

LAW("a typed activity decodes its input, encodes its output and names itself in a mistake") {
  auto handler = detail::make_activity_handler<int, decltype(&doubled), int>("double", doubled);
  activity_context context(activity_identity(), {}, nullptr);
  CHECK(handler(context, "21") == "42");
  auto wrong = refusal([&] { handler(context, "\"x\""); });
  CHECK(wrong.kind == error_kind::invalid_payload);
  CHECK_THAT(wrong.message, Contains("the input of activity 'double' has the wrong type"));
}

LAW("an activity knows its identity, and its id is the same for every attempt") {
  activity_identity identity;
  identity.name = "charge";
  identity.instance = "order-7";
  identity.execution = 3;
  identity.event_id = 12;
  activity_context first(identity, {}, nullptr);
  identity.attempt = 2;
  identity.retry_of = 12;
  identity.event_id = 15;
  activity_context second(identity, {}, nullptr);
  CHECK(first.activity_id() == "order-7/3/12");
  CHECK(second.activity_id() == first.activity_id());
  CHECK(second.attempt() == 2);
}

LAW("a cancelled activity is told, at once") {
  std::stop_source source;
  activity_context context(activity_identity(), source.get_token(), nullptr);
  CHECK_FALSE(context.is_cancelled());
  CHECK_FALSE(context.wait_for_cancellation(duration(0)));
  source.request_stop();
  CHECK(context.is_cancelled());
  CHECK(context.wait_for_cancellation(std::chrono::hours(1)));
}

}  // namespace laws_of_registry
