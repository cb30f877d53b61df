// A node of a cluster, for the laws of this folder:
//   node STORE NAME FOLDER [--suspect-after MILLISECONDS] [--max-crashes N] [--with WORD]...
// It prints "ready" when it has started, stops in order on SIGTERM, and appends to FOLDER/runs a line for
// each run of an activity that it begins: its name, and the activity's id.
#include "tests/cluster/contracts.hpp"
#include "tests/cluster/support/serving.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>

using namespace std::chrono_literals;
namespace dx = duroxide;
using namespace duroxide::cluster_tests;

namespace {

// -- options ------------------------------------------------------------------

struct settings {
  std::string store;
  std::string name;
  std::string folder;
  std::optional<std::chrono::milliseconds> suspect_after;
  std::optional<std::uint32_t> max_crashes;
  std::vector<std::string> with;
};

settings parse(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3 || arguments.size() % 2 == 0)
    throw std::runtime_error("arguments are STORE NAME FOLDER [OPTION VALUE]...");
  settings given{arguments[0], arguments[1], arguments[2], {}, {}, {}};
  for (std::size_t i = 3; i < arguments.size(); i += 2) {
    const std::string& value = arguments[i + 1];
    if (arguments[i] == "--suspect-after")
      given.suspect_after = std::chrono::milliseconds(std::stoul(value));
    else if (arguments[i] == "--max-crashes")
      given.max_crashes = static_cast<std::uint32_t>(std::stoul(value));
    else if (arguments[i] == "--with")
      given.with.push_back(value);
    else
      throw std::runtime_error("unknown option " + arguments[i]);
  }
  return given;
}

// -- the store ----------------------------------------------------------------

std::shared_ptr<dx::provider> open(const settings& given) {
  if (!given.suspect_after) return dx::open_store(given.store);
  constexpr std::string_view option = "schema=";
  const std::size_t place = given.store.rfind(option);
  if (place == std::string::npos) throw std::runtime_error("the store's URL must end with its schema");
  dx::postgres_options options;
  options.suspect_after = *given.suspect_after;
  return dx::postgres_provider::connect_with_schema(given.store.substr(0, place - 1),
                                                    given.store.substr(place + option.size()), options);
}

// -- notes --------------------------------------------------------------------

// Written by several processes at the same time, a line at once, and kept if they die.
class notes {
public:
  explicit notes(const settings& given)
      : node_(given.name),
        file_(::open((given.folder + "/runs").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ < 0) throw std::runtime_error("no notes can be made in " + given.folder);
  }
  void add(const std::string& text) const {
    const std::string line = node_ + " " + text + "\n";
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }

private:
  std::string node_;
  int file_;
};

// Orchestrations are functions without captures.
std::optional<notes> noted;

// -- what it runs ---------------------------------------------------------------

// After a while, in which the work beside it gets done: else that would be held by a process that
// dies just as often.
[[noreturn]] void die() {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, 300ms);
  ::raise(SIGKILL);
  std::abort();
}

int run_add_one(dx::activity_context& context, int n) {
  noted->add(context.activity_id());
  context.wait_for_cancellation(20ms);
  return n + 1;
}

int run_deadly(dx::activity_context& context, int) {
  noted->add(context.activity_id());
  die();
}

dx::task<int> run_chain(dx::orchestration_context ctx, int n) {
  for (int i = 0; i < steps_of_chain; ++i) {
    int next = co_await ctx.schedule_activity(add_one, n);
    n = next;
  }
  co_return n;
}

dx::task<int> run_family(dx::orchestration_context ctx, int n) {
  std::vector<dx::sub_orchestration_call<int>> children;
  for (int i = 0; i < n; ++i) children.push_back(ctx.schedule_sub_orchestration(chain, i));
  auto results = co_await dx::all(std::move(children));
  int sum = 0;
  for (int each : results) sum += each;
  co_return sum;
}

dx::task<int> run_sleeper(dx::orchestration_context ctx, int n) {
  co_await ctx.schedule_timer(1s);
  co_return co_await ctx.schedule_activity(add_one, n);
}

dx::task<int> run_patient(dx::orchestration_context ctx, int n) {
  ctx.set_custom_status("waits");
  int brought = co_await ctx.wait_for_event(go);
  co_return co_await ctx.schedule_activity(add_one, n + brought);
}

dx::task<std::vector<int>> run_reads(dx::orchestration_context ctx) {
  std::vector<int> all;
  while (true) {
    int letter = co_await ctx.dequeue_event(letters);
    if (letter < 0) co_return all;
    all.push_back(letter);
    ctx.set_custom_status(std::to_string(all.size()));
  }
}

dx::task<int> run_runs_deadly(dx::orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(deadly, n);
}

dx::task<int> run_dies(dx::orchestration_context ctx, int n) {
  noted->add(ctx.instance_id() + "/first-turn");
  if (n >= 0) die();
  co_return n;
}

dx::task<int> run_dies_of_message(dx::orchestration_context ctx, int) {
  int taken = co_await ctx.dequeue_event(letters);
  noted->add(ctx.instance_id() + "/message");
  if (taken >= 0) die();
  co_return taken;
}

dx::task<std::string> run_flow_1(dx::orchestration_context ctx, int) {
  ctx.set_custom_status("waits");
  co_await ctx.wait_for_event(go);
  co_await ctx.schedule_activity(add_one, 0);
  co_return ctx.orchestration_version();
}

// A step more: over a history of the first version this would be nondeterminism.
dx::task<std::string> run_flow_2(dx::orchestration_context ctx, int) {
  co_await ctx.schedule_activity(add_one, 0);
  ctx.set_custom_status("waits");
  co_await ctx.wait_for_event(go);
  co_await ctx.schedule_activity(add_one, 0);
  co_return ctx.orchestration_version();
}

dx::task<int> run_one_step(dx::orchestration_context ctx, int n) {
  co_return co_await ctx.schedule_activity(add_one, n);
}

dx::task<long> run_hand_over(dx::actor_task_context ctx, purse_state& state, std::string other) {
  state.coins -= 1;
  co_await ctx.schedule_timer(5ms);
  long received = co_await ctx.ask(purse[other], put_in, 1);
  co_return received;
}

void register_common(dx::runtime& runtime) {
  runtime.register_actor(purse)
      .on(put_in, [](dx::actor_context&, purse_state& state, long coins) { return state.coins += coins; })
      .on(hand_over, run_hand_over);
  runtime.register_activity(add_one, run_add_one);
  runtime.register_activity(deadly, run_deadly);
  runtime.register_orchestration(chain, run_chain);
  runtime.register_orchestration(family, run_family);
  runtime.register_orchestration(sleeper, run_sleeper);
  runtime.register_orchestration(patient, run_patient);
  runtime.register_orchestration(reads, run_reads);
  runtime.register_orchestration(runs_deadly, run_runs_deadly);
  runtime.register_orchestration(dies, run_dies);
  runtime.register_orchestration(dies_of_message, run_dies_of_message);
}

void register_more(dx::runtime& runtime, const std::string& word) {
  if (word == "left") return runtime.register_orchestration(left, run_one_step);
  if (word == "right") return runtime.register_orchestration(right, run_one_step);
  if (word != "flow-1" && word != "flow-2") throw std::runtime_error("nobody knows what is with " + word);
  runtime.register_orchestration(flow, "1.0.0", run_flow_1);
  if (word == "flow-2") runtime.register_orchestration(flow, "2.0.0", run_flow_2);
}

void run(const settings& given) {
  dx::cluster_tests::node_life life;

  noted.emplace(given);
  dx::runtime_options options;
  options.verify_replay = true;
  if (given.max_crashes) options.max_failed_attempts = options.max_crashes = *given.max_crashes;
  dx::runtime runtime{open(given), options};
  register_common(runtime);
  for (const std::string& word : given.with) register_more(runtime, word);
  life.serve(runtime);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse({argv + 1, argv + argc}));
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "node: " << e.what() << '\n';
    return 1;
  }
}
