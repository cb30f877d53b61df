// What is too large fails where it is, and nothing else does.
#include "tests/actors/fixture.hpp"

namespace duroxide::laws_of_limits {
namespace {

using namespace testing_support;

constexpr std::size_t limit = 1000;

constexpr activity<std::string(std::size_t)> make{"make"};
constexpr activity<std::size_t(std::string)> measure{"measure"};
constexpr event<std::string> note{"note"};
constexpr orchestration<std::string(std::string)> echo{"Echo"};
constexpr orchestration<std::string(std::size_t)> makes{"Makes"};
constexpr orchestration<std::size_t(std::size_t)> passes_on{"PassesOn"};
constexpr orchestration<std::string(std::size_t)> parent{"Parent"};
constexpr orchestration<std::size_t(std::size_t)> goes_on{"GoesOn"};

task<std::string> run_echo(orchestration_context, std::string text) { co_return text; }

task<std::string> run_makes(orchestration_context ctx, std::size_t size) {
  auto made = co_await settle(ctx.schedule_activity(make, size));
  co_return made ? "made" : made.error().message();
}

task<std::size_t> run_passes_on(orchestration_context ctx, std::size_t size) {
  std::string text(size, 'x');
  co_return co_await ctx.schedule_activity(measure, text);
}

task<std::string> run_parent(orchestration_context ctx, std::size_t size) {
  auto child = co_await settle(ctx.schedule_sub_orchestration(passes_on, size));
  co_return child ? "passed" : child.error().message();
}

task<std::size_t> run_goes_on(orchestration_context ctx, std::size_t size) {
  if (size == 0) co_return 0;
  co_return ctx.continue_as_new(json_text(std::string(size, '0')));
}

void start(runtime& runtime) {
  runtime.register_activity(make, [](activity_context&, std::size_t size) { return std::string(size, 'x'); });
  runtime.register_activity(measure, [](activity_context&, std::string text) { return text.size(); });
  runtime.register_orchestration(echo, run_echo);
  runtime.register_orchestration(makes, run_makes);
  runtime.register_orchestration(passes_on, run_passes_on);
  runtime.register_orchestration(parent, run_parent);
  runtime.register_orchestration(goes_on, run_goes_on);
  runtime.start();
}

runtime_options limited() {
  runtime_options options = verified();
  options.payload_limit = limit;
  return options;
}

template <class Operation> std::string refusal(Operation operation) {
  try {
    operation();
  } catch (const error& e) {
    CHECK(e.kind() == error_kind::limit_exceeded);
    return e.what();
  }
  return "accepted";
}

LAW("a client's payload that is too long is refused, and says what and how long") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  std::string fits(limit - 2, 'x');  // and two quotes
  CHECK(client.start_orchestration(echo, "fits", fits) == start_result::started);
  CHECK(client.wait_for_orchestration(echo, "fits", patience) == fits);
  CHECK_THAT(refusal([&] { client.start_orchestration(echo, "long", fits + "x"); }),
             Catch::Contains("the input of orchestration 'Echo' has 1001 bytes; the limit is 1000"));
  CHECK(client.get_status("long").status == runtime_status::not_found);
  CHECK_THAT(refusal([&] { client.raise_event(note, "fits", fits + "x"); }),
             Catch::Contains("the payload of 'note' has 1001 bytes"));
}

LAW("an activity's output that is too long is its failure, which the orchestration may handle") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start_orchestration(makes, "fits", limit - 2);
  CHECK(client.wait_for_orchestration(makes, "fits", patience) == "made");
  client.start_orchestration(makes, "long", limit);
  CHECK_THAT(client.wait_for_orchestration(makes, "long", patience),
             Catch::Contains("the output of activity 'make' has 1002 bytes; the limit is 1000"));
}

LAW("an orchestration that passes on too much fails, and its parent is told") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start_orchestration(passes_on, "alone", limit);
  auto ended = client.wait_for_orchestration("alone", patience);
  CHECK(ended.error->category == error_category::application);
  CHECK(ended.error->kind == error_kind::limit_exceeded);
  CHECK_THAT(ended.error->message, Catch::Contains("the input of activity 'measure' has 1002 bytes"));
  client.start_orchestration(parent, "p", limit);
  CHECK_THAT(client.wait_for_orchestration(parent, "p", patience), Catch::Contains("has 1002 bytes"));
  client.start_orchestration(goes_on, "g", limit + 1);
  CHECK_THAT(client.wait_for_orchestration("g", patience).error->message,
             Catch::Contains("the input of the next execution of 'GoesOn' has 1001 bytes"));
}

}  // namespace
}  // namespace duroxide::laws_of_limits
