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
constexpr activity<int(std::size_t)> fails{"fails"};
constexpr activity<std::string(std::size_t)> beats{"beats"};
constexpr orchestration<std::size_t(std::size_t)> catches{"Catches"};
constexpr orchestration<int(std::size_t)> throws{"Throws"};
constexpr orchestration<std::string(std::size_t)> listens{"Listens"};

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

task<std::size_t> run_catches(orchestration_context ctx, std::size_t size) {
  auto failed = co_await settle(ctx.schedule_activity(fails, size));
  co_return failed.error().message().size();
}

task<int> run_throws(orchestration_context, std::size_t size) {
  throw std::runtime_error(std::string(size, 'e'));
  co_return 0;
}

task<std::string> run_listens(orchestration_context ctx, std::size_t size) {
  co_return co_await ctx.schedule_activity(beats, size);
}

std::string beat(activity_context& context, std::size_t size) {
  try {
    context.heartbeat(std::string(size, 'h'));
  } catch (const limit_error& e) {
    return e.what();
  }
  return "beat";
}

void start(runtime& runtime) {
  runtime.register_activity(fails, [](activity_context&, std::size_t size) -> int {
    throw std::runtime_error(std::string(size, 'e'));
  });
  runtime.register_activity(beats, beat);
  runtime.register_orchestration(catches, run_catches);
  runtime.register_orchestration(throws, run_throws);
  runtime.register_orchestration(listens, run_listens);
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

LAW("the text of an error that is too long is cut, and says so") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  constexpr std::size_t most = limits::error_text_bytes;
  client.start_orchestration(catches, "a", most);
  CHECK(client.wait_for_orchestration(catches, "a", patience) == most);
  client.start_orchestration(catches, "b", 20 * most);
  CHECK(client.wait_for_orchestration(catches, "b", patience) == most);
  client.start_orchestration(throws, "o", 20 * most);
  const std::string told = client.wait_for_orchestration("o", patience).error->message;
  CHECK(told.size() == most);
  CHECK(told.ends_with("e... (cut, of 1310720 bytes)"));
}

LAW("a heartbeat whose details are too long is refused where it is made") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start_orchestration(listens, "fits", limits::heartbeat_bytes);
  CHECK(client.wait_for_orchestration(listens, "fits", patience) == "beat");
  client.start_orchestration(listens, "long", limits::heartbeat_bytes + 1);
  CHECK(client.wait_for_orchestration(listens, "long", patience) ==
        "the details of a heartbeat of activity 'beats' have 65537 bytes; the limit is 65536 "
        "(limits::heartbeat_bytes)");
}

LAW("labels are bounded in number and in size") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  const auto start_with = [&](const std::string& id, std::size_t count, std::size_t bytes) {
    start_options options;
    for (std::size_t i = 0; i < count; ++i)
      options.labels.push_back({"label " + std::to_string(i), std::string(bytes, 'v')});
    client.start_orchestration(echo, id, std::string("x"), options);
  };
  start_with("fits", 64, 1024);
  CHECK(client.get_status("fits").labels.size() == 64);
  CHECK_THAT(refusal([&] { start_with("many", 65, 1); }), Catch::Contains("65 labels; the limit is 64"));
  CHECK_THAT(refusal([&] { start_with("long", 1, 1025); }),
             Catch::Contains("the value of label 'label 0' has 1025 bytes; the limit is 1024"));
  CHECK(client.get_status("many").status == runtime_status::not_found);
}

LAW("the reason of a cancellation is bounded, with and without a runtime") {
  test_store store;
  auto where = store.open();
  runtime runtime(where, limited());
  start(runtime);
  for (client client : {runtime.client(), duroxide::client(where)}) {
    const auto refused = refusal([&] { client.cancel_instance("x", std::string(65'537, 'r')); });
    CHECK(refused == "the reason of the cancellation of instance 'x' has 65537 bytes; the limit is 65536 "
                     "(limits::reason_bytes)");
    CHECK(kind_of([&] { client.cancel_instance("x", std::string(65'536, 'r')); }) ==
          error_kind::instance_not_found);
  }
}

}  // namespace
}  // namespace duroxide::laws_of_limits
