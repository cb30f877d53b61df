// The program of the page cluster.md.
#include "guide/support.hpp"
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
constexpr dx::activity<std::string(std::string)> transcode{"transcode"};
constexpr dx::activity<std::string(std::string)> publish{"publish"};
constexpr dx::orchestration<std::string(std::string)> film{"Film"};
// [end]

// [placement]
dx::task<std::string> run_film(dx::orchestration_context ctx, std::string title) {
  std::string whole = co_await ctx.schedule_activity(transcode, title).with_tag("gpu");
  co_return co_await ctx.schedule_activity(publish, whole).on_session("uplink");
}
// [end]

// [careful]
std::string run_transcode(dx::activity_context& context, std::string title) {
  if (context.deliveries() > 1)  // a process died while it held this: perhaps of this
    context.trace_warn("delivery " + std::to_string(context.deliveries()) + " of " + title);
  return title + " in small";
}
// [end]

std::string run_publish(dx::activity_context&, std::string title) { return title + ", published"; }

void register_all(dx::runtime& runtime) {
  runtime.register_activity(transcode, run_transcode);
  runtime.register_activity(publish, run_publish);
  runtime.register_orchestration(film, run_film);
}

// [signals]
// Call it in main, before anything makes a thread: threads inherit what is blocked.
sigset_t block_stop_signals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);  // of a service manager
  sigaddset(&stop, SIGINT);   // of a terminal
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  return stop;
}

void run_until_stopped(dx::runtime& runtime, const sigset_t& stop) {
  runtime.start();
  int received = 0;
  sigwait(&stop, &received);
  runtime.shutdown();  // finishes what runs, and leaves the rest to the others
}
// [end]

// [roles]
dx::runtime_options all_round() {
  return {};  // orchestrations, and activities without a tag
}

dx::runtime_options orchestrations_only() {
  dx::runtime_options options;
  options.worker_concurrency = 0;  // its activities go to nodes that have workers
  return options;
}

dx::runtime_options workers_only() {
  dx::runtime_options options;
  options.orchestration_concurrency = 0;  // owns no shards
  options.worker_concurrency = 4;
  options.worker_tag_filter = dx::tag_filter::default_and({"gpu"});
  return options;
}
// [end]

// [client]
// An instance is started once, however often this is asked for; so it may be asked for again.
dx::typed_handle<std::string> start_film(dx::client client, const std::string& title) {
  for (int tries = 1;; ++tries) {
    try {
      return client.start(film, "film-" + title, title);
    } catch (const dx::infrastructure_error&) {  // the store is away; what runs waits for it
      if (tries == 5) throw;
      std::this_thread::sleep_for(1s);
    }
  }
}
// [end]

// [nodes]
std::string who_owns_what(dx::admin admin) {
  std::string text;
  for (const dx::node_info& each : admin.list_nodes(0))  // 0: of those that are gone, none
    text += each.name + " owns " + std::to_string(each.shards.size()) + " shards\n";
  return text;
}
// [end]

// Another order: over a history of the first version this would be nondeterminism.
dx::task<std::string> run_film_2(dx::orchestration_context ctx, std::string title) {
  std::string announced = co_await ctx.schedule_activity(publish, title).on_session("uplink");
  co_return co_await ctx.schedule_activity(transcode, announced).with_tag("gpu");
}

// [upgrade]
void register_next_build(dx::runtime& runtime, bool all_nodes_have_it) {
  runtime.register_activity(transcode, run_transcode);
  runtime.register_activity(publish, run_publish);
  runtime.register_orchestration(film, "1.0.0", run_film);    // for what runs
  runtime.register_orchestration(film, "2.0.0", run_film_2);  // for what begins
  if (!all_nodes_have_it) runtime.set_version_policy(film.name(), dx::version_policy::exact({1, 0, 0}));
}
// [end]

void run_node(const std::string& database, const dx::runtime_options& options, const sigset_t& stop) {
  dx::runtime runtime(dx::sqlite_provider::open(database), options);
  register_all(runtime);
  run_until_stopped(runtime, stop);
}

// A node that runs orchestrations, one that runs activities, and a client, as three processes would be.
void three_processes(const sigset_t& stop) {
  guide::temporary_database database;
  std::thread one([&] { run_node(database.path(), orchestrations_only(), stop); });
  std::thread other([&] { run_node(database.path(), workers_only(), stop); });
  const auto store = dx::sqlite_provider::open(database.path());
  dx::client client(store);
  start_film(client, "nosferatu");
  expect(!start_film(client, "nosferatu").was_started());
  expect(client.instance(film, "film-nosferatu").result(guide::patience), "nosferatu in small, published");
  const std::string owners = who_owns_what(dx::admin(store));
  expect(std::count(owners.begin(), owners.end(), '\n'), 2);
  expect(owners.find(" owns 0 shards") != std::string::npos);  // the one that only works
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGINT);
  one.join();
  other.join();
}

void next_build() {
  dx::runtime_options options = all_round();
  options.worker_tag_filter = dx::tag_filter::any();
  dx::runtime runtime(dx::sqlite_provider::open_in_memory(), options);
  register_next_build(runtime, false);
  runtime.start();
  dx::client client = runtime.client();
  start_film(client, "m");
  expect(client.instance(film, "film-m").result(guide::patience), "m in small, published");
  runtime.set_version_policy(film.name(), dx::version_policy::latest());
  start_film(client, "metropolis");
  expect(client.instance(film, "film-metropolis").result(guide::patience), "metropolis, published in small");
}

int main() {
  three_processes(block_stop_signals());
  next_build();
}
