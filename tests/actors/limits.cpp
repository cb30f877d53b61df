// What is too large fails where it is, and nothing else does.
#include "tests/actors/fixture.hpp"

namespace duroxide {
namespace laws_of_limits {

// With a writer of its own, as users may have.
struct own_tree {
  int depth = 0;
};

}  // namespace laws_of_limits

template <> struct codec<laws_of_limits::own_tree> {
  static std::string encode(const laws_of_limits::own_tree& value) {
    const auto count = static_cast<std::size_t>(value.depth);
    return std::string(count, '[') + std::string(count, ']');
  }
  static laws_of_limits::own_tree decode(std::string_view, std::string_view) { return {}; }
};

}  // namespace duroxide

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

struct tree {
  std::vector<tree> below;
};
BOOST_DESCRIBE_STRUCT(tree, (), (below))

// As deep as said: each tree is an object with a list in it.
tree tree_of(int depth) {
  tree all;
  for (int i = 2; i < depth; i += 2) {
    tree above;
    above.below.push_back(std::move(all));
    all = std::move(above);
  }
  return all;
}

json_text nested(int depth) {
  const auto count = static_cast<std::size_t>(depth);
  return json_text(std::string(count, '[') + std::string(count, ']'));
}

constexpr event<int> never{"never"};
constexpr orchestration<int()> waits{"Waits"};
constexpr orchestration<int(tree)> takes_tree{"TakesTree"};
constexpr activity<json_text(int)> grows{"grows"};
constexpr activity<int(tree)> counts{"counts"};
constexpr activity<int(own_tree)> counts_own{"counts_own"};
constexpr orchestration<std::string(std::pair<std::string, int>)> writes{"Writes"};
constexpr orchestration<json_text(int)> gives_tree{"GivesTree"};
constexpr orchestration<int(std::size_t)> keeps{"Keeps"};
constexpr orchestration<std::size_t()> reads_kept{"ReadsKept"};

std::atomic<int> activity_runs{0};

task<int> run_waits(orchestration_context ctx) { co_return co_await ctx.wait_for_event(never); }

task<int> run_takes_tree(orchestration_context, tree) { co_return 0; }

task<json_text> run_gives_tree(orchestration_context, int depth) { co_return nested(depth); }

// Writes data of that depth in one of the ways that there are, and reads it back.
task<std::string> writes_one(orchestration_context ctx, std::string how, int depth) {
  if (how == "activity") co_await ctx.schedule_activity(grows, depth).with_retry(retry_policy(3));
  if (how == "input") {
    tree all = tree_of(depth);
    co_await ctx.schedule_activity(counts, all);
  }
  if (how == "text input") co_await ctx.schedule_activity("ignores", nested(depth));
  if (how == "child") co_await ctx.schedule_sub_orchestration("GivesTree", json_text(std::to_string(depth)));
  if (how == "detached") ctx.start_orchestration("Ignores", "d" + std::to_string(depth), nested(depth));
  if (how == "kv") {
    ctx.set_kv_value("tree", tree_of(depth));
    ctx.get_kv_value<tree>("tree");
  }
  if (how == "text kv") {
    ctx.set_kv_value("text", nested(depth));
    ctx.get_kv_value<boost::json::value>("text");
  }
  if (how == "own") {
    own_tree mine{depth};
    co_await ctx.schedule_activity(counts_own, mine);
  }
  co_return "1 " + std::to_string(depth);
}

task<int> run_keeps(orchestration_context ctx, std::size_t size) {
  ctx.set_kv_value("kept", std::string(size, 'k'));
  co_return 0;
}

task<std::size_t> run_reads_kept(orchestration_context ctx) {
  auto kept = co_await ctx.get_kv_value_from_instance<std::string>("k", "kept");
  co_return kept ? kept->size() : 0;
}

task<std::string> run_writes(orchestration_context ctx, std::pair<std::string, int> entry) {
  auto written = co_await settle(writes_one(ctx, entry.first, entry.second));
  co_return written ? *written : written.error().message();
}

void start(runtime& runtime) {
  runtime.register_orchestration(waits, run_waits);
  runtime.register_orchestration(takes_tree, run_takes_tree);
  runtime.register_orchestration(gives_tree, run_gives_tree);
  runtime.register_orchestration(writes, run_writes);
  runtime.register_orchestration(keeps, run_keeps);
  runtime.register_orchestration(reads_kept, run_reads_kept);
  runtime.register_orchestration(
      "Ignores", [](orchestration_context, json_text) -> task<json_text> { co_return json_text("0"); });
  runtime.register_activity(grows, [](activity_context&, int depth) {
    ++activity_runs;
    return nested(depth);
  });
  runtime.register_activity(counts, [](activity_context&, const tree&) { return 0; });
  runtime.register_activity("ignores", [](activity_context&, const json_text& text) { return text; });
  runtime.register_activity(counts_own, [](activity_context&, own_tree) { return 0; });
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
  CHECK(client.start(echo, "fits", fits).was_started());
  CHECK(client.instance(echo, "fits").result(patience) == fits);
  CHECK_THAT(refusal([&] { client.start(echo, "long", fits + "x"); }),
             Catch::Contains("the input of orchestration 'Echo' has 1001 bytes; the limit is 1000"));
  CHECK(client.instance("long").status().status == runtime_status::not_found);
  CHECK_THAT(refusal([&] { client.instance("fits").raise(note, fits + "x"); }),
             Catch::Contains("the payload of 'note' has 1001 bytes"));
}

LAW("an activity's output that is too long is its failure, which the orchestration may handle") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start(makes, "fits", limit - 2);
  CHECK(client.instance(makes, "fits").result(patience) == "made");
  client.start(makes, "long", limit);
  CHECK_THAT(client.instance(makes, "long").result(patience),
             Catch::Contains("the output of activity 'make' has 1002 bytes; the limit is 1000"));
}

LAW("an orchestration that passes on too much fails, and its parent is told") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start(passes_on, "alone", limit);
  auto ended = client.instance("alone").wait(patience);
  CHECK(ended.error->category == error_category::application);
  CHECK(ended.error->kind == error_kind::limit_exceeded);
  CHECK_THAT(ended.error->message, Catch::Contains("the input of activity 'measure' has 1002 bytes"));
  client.start(parent, "p", limit);
  CHECK_THAT(client.instance(parent, "p").result(patience), Catch::Contains("has 1002 bytes"));
  client.start(goes_on, "g", limit + 1);
  CHECK_THAT(client.instance("g").wait(patience).error->message,
             Catch::Contains("the input of the next execution of 'GoesOn' has 1001 bytes"));
}

LAW("the text of an error that is too long is cut, and says so") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  constexpr std::size_t most = limits::error_text_bytes;
  client.start(catches, "a", most);
  CHECK(client.instance(catches, "a").result(patience) == most);
  client.start(catches, "b", 20 * most);
  CHECK(client.instance(catches, "b").result(patience) == most);
  client.start(throws, "o", 20 * most);
  const std::string told = client.instance("o").wait(patience).error->message;
  CHECK(told.size() == most);
  CHECK(told.ends_with("e... (cut, of 1310720 bytes)"));
}

LAW("a heartbeat whose details are too long is refused where it is made") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start(listens, "fits", limits::heartbeat_bytes);
  CHECK(client.instance(listens, "fits").result(patience) == "beat");
  client.start(listens, "long", limits::heartbeat_bytes + 1);
  CHECK(client.instance(listens, "long").result(patience) ==
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
    client.start(echo, id, std::string("x"), options);
  };
  start_with("fits", 64, 1024);
  CHECK(client.instance("fits").status().labels.size() == 64);
  CHECK_THAT(refusal([&] { start_with("many", 65, 1); }), Catch::Contains("65 labels; the limit is 64"));
  CHECK_THAT(refusal([&] { start_with("long", 1, 1025); }),
             Catch::Contains("the value of label 'label 0' has 1025 bytes; the limit is 1024"));
  CHECK(client.instance("many").status().status == runtime_status::not_found);
}

LAW("a payload that is nested too deep is refused by every call, and says the limit and what to do") {
  test_store store;
  auto where = store.open();
  runtime runtime(where, verified());
  start(runtime);
  runtime.client().start(waits, "w");
  const auto says = [](const std::string& whose) {
    return Catch::Contains(whose +
                           "is nested deeper than 256 arrays and objects (limits::payload_depth). Make it");
  };
  for (client client : {runtime.client(), duroxide::client(where)}) {
    const json_text deep = nested(257);
    CHECK_THAT(refusal([&] {
                 client.start({"Waits", "x", deep.text(), {}});
               }),
               says("the input of orchestration 'Waits' "));
    CHECK_THAT(refusal([&] { client.start(takes_tree, "x", tree_of(257)); }),
               Catch::Contains("a payload is nested deeper"));
    CHECK(client.instance("x").status().status == runtime_status::not_found);
    CHECK_THAT(refusal([&] { client.instance("w").raise("tree", deep); }), says("the payload of 'tree' "));
    CHECK_THAT(refusal([&] { client.instance("w").enqueue("trees", deep); }),
               says("the payload of 'trees' "));
    client.instance("w").raise("tree", nested(256));
  }
  runtime.client().instance("w").cancel(nested(1000).text());  // a reason is no payload
}

LAW("what code nests too deep fails where it is written, and all that was written can be read") {
  test_store store;
  runtime runtime(store.open(), verified());
  start(runtime);
  client client = runtime.client();
  const auto told = [&](const std::string& writer, int depth) {
    const std::string id = writer + std::to_string(depth);
    client.start(writes, id, std::pair(writer, depth));
    return client.instance(writes, id).result(patience);
  };
  for (const std::string writer : {"activity", "input", "text input", "child", "detached", "kv", "text kv"}) {
    INFO(writer);
    CHECK(told(writer, 256) == "1 256");
    CHECK_THAT(told(writer, 257), Catch::Contains("is nested deeper than 256 arrays and objects"));
  }
  CHECK(activity_runs == 2);  // no retry mends it
  CHECK(told("own", 256) == "1 256");
  CHECK_THAT(details_of([&] { told("own", 257); }).message,
             Catch::StartsWith("the input of activity 'counts_own' is nested deeper than 256"));

  for (const int depth : {256, 257}) {
    const std::string id = "output" + std::to_string(depth);
    client.start(gives_tree, id, depth);
    const auto ended = client.instance(id).wait(patience);
    CHECK((ended.status == runtime_status::completed) == (depth == 256));
    if (depth == 257) CHECK(ended.error->kind == error_kind::limit_exceeded);
  }
}

LAW("the reason of a cancellation is bounded, with and without a runtime") {
  test_store store;
  auto where = store.open();
  runtime runtime(where, limited());
  start(runtime);
  for (client client : {runtime.client(), duroxide::client(where)}) {
    const auto refused = refusal([&] { client.instance("x").cancel(std::string(65'537, 'r')); });
    CHECK(refused == "the reason of the cancellation of instance 'x' has 65537 bytes; the limit is 65536 "
                     "(limits::reason_bytes)");
    CHECK(kind_of([&] { client.instance("x").cancel(std::string(65'536, 'r')); }) ==
          error_kind::instance_not_found);
  }
}

LAW("a value that was set can be read by other instances, however small a payload may be") {
  test_store store;
  runtime runtime(store.open(), limited());
  start(runtime);
  client client = runtime.client();
  client.start(keeps, "k", 5 * limit);
  client.instance("k").wait(patience);
  client.start(reads_kept, "r");
  CHECK(client.instance(reads_kept, "r").result(patience) == 5 * limit);
}

LAW("a reason that the store takes with no turn is called a reason") {
  test_store store;
  runtime_options options = verified();
  options.turn_limit = 1000;
  runtime runtime(store.open(), options);
  start(runtime);
  client client = runtime.client();
  CHECK_THAT(
      refusal([&] { client.instance("x").cancel(std::string(1001, 'r')); }),
      Catch::Contains("the reason of the cancellation of instance 'x' has 1001 bytes as it is stored"));
  CHECK_THAT(refusal([&] { client.instance("x").raise(note, std::string(1001, 'r')); }),
             Catch::Contains("the payload of 'note' has 1003 bytes as it is stored"));
}

}  // namespace
}  // namespace duroxide::laws_of_limits
