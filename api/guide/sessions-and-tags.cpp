// The program of the page sessions-and-tags.md.
#include "guide/support.hpp"

#include <mutex>
#include <set>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

// [contracts]
constexpr dx::activity<std::string(std::string)> resize{"resize"};
constexpr dx::activity<std::string(std::string)> render{"render"};
constexpr dx::orchestration<std::string(std::string)> gallery{"Gallery"};
// [end]

// [tags]
dx::task<std::string> run_gallery(dx::orchestration_context ctx, std::string picture) {
  std::string small = co_await ctx.schedule_activity(resize, picture);
  co_return co_await ctx.schedule_activity(render, small).with_tag("gpu");
}
// [end]

void register_work(dx::runtime& runtime, const std::string& place) {
  auto work = [place](dx::activity_context&, std::string job) { return job + " " + place; };
  runtime.register_activity(resize, work);
  runtime.register_activity(render, work);
}

// [roles]
dx::runtime_options everything_untagged() {
  return {};  // orchestrations, and activities without a tag: the default
}

dx::runtime_options gpu_worker() {
  dx::runtime_options options;
  options.orchestration_concurrency = 0;  // no orchestrations
  options.worker_concurrency = 4;
  options.worker_tag_filter = dx::tag_filter::tags({"gpu"});
  return options;
}

dx::runtime_options orchestrations_only() {
  dx::runtime_options options;
  options.worker_concurrency = 0;  // no activities
  return options;
}
// [end]

std::string two_places() {
  // [two-runtimes]
  auto store = dx::sqlite_provider::open_in_memory();  // or open("jobs.db") in each process
  dx::runtime main_runtime(store, everything_untagged());
  dx::runtime gpu_runtime(store, gpu_worker());
  register_work(main_runtime, "here");
  register_work(gpu_runtime, "on the GPU");
  main_runtime.register_orchestration(gallery, run_gallery);
  main_runtime.start();
  gpu_runtime.start();
  main_runtime.client().start(gallery, "g", "cat.png");
  // [end]
  return gpu_runtime.client().instance(gallery, "g").result(30s);  // any client of the store
}

constexpr dx::activity<std::string(int)> step{"step"};
constexpr dx::orchestration<std::set<std::string>(std::string)> on_a_session{"OnASession"};

// [sessions]
dx::task<std::set<std::string>> run_on_a_session(dx::orchestration_context ctx, std::string session) {
  std::set<std::string> places;
  for (int i = 0; i < 10; ++i) {
    std::string place = co_await ctx.schedule_activity(step, i).on_session(session);
    places.insert(place);
  }
  co_return places;
}
// [end]

void register_steps(dx::runtime& runtime, const std::string& place) {
  runtime.register_activity(step, [place](dx::activity_context&, int) { return place; });
}

// Ten activities of one session run in one place.
std::size_t places_of_a_session() {
  auto store = dx::sqlite_provider::open_in_memory();
  dx::runtime brain(store, orchestrations_only());
  dx::runtime_options worker;
  worker.orchestration_concurrency = 0;
  dx::runtime one(store, worker);
  dx::runtime other(store, worker);
  register_steps(brain, "never");  // known here, and left to the workers
  register_steps(one, "one");
  register_steps(other, "other");
  brain.register_orchestration(on_a_session, run_on_a_session);
  brain.start();
  one.start();
  other.start();
  return brain.client().start(on_a_session, "s", "customer-7").result(30s).size();
}

constexpr dx::event_queue<int> numbers{"numbers"};
constexpr dx::orchestration<int()> adds{"Adds"};

dx::task<int> run_adds(dx::orchestration_context ctx) {
  int first = co_await ctx.dequeue_event(numbers);
  int second = co_await ctx.dequeue_event(numbers);
  co_return first + second;
}

// [standby]
int across_a_takeover(const std::shared_ptr<dx::provider>& store) {
  auto first = std::make_unique<dx::runtime>(store);
  dx::runtime second(store);
  first->register_orchestration(adds, run_adds);
  second.register_orchestration(adds, run_adds);
  first->start();  // runs the orchestrations
  second.start();  // stands by
  first->client().start(adds, "a");
  second.client().instance("a").enqueue(numbers, 40);  // goes through the store, to the first
  first.reset();                                       // ends, or dies: now the second runs them
  second.client().instance("a").enqueue(numbers, 2);
  return second.client().instance(adds, "a").result(30s);
}
// [end]

// [client-only]
std::string through_the_store(const std::string& database) {
  dx::client client(dx::sqlite_provider::open(database));  // no runtime in this process
  return client.start(gallery, "from-outside", "dog.png").result(30s);
}
// [end]

std::string from_outside() {
  guide::temporary_database database;
  auto store = dx::sqlite_provider::open(database.path());
  dx::runtime_options any_tag;
  any_tag.worker_tag_filter = dx::tag_filter::any();
  dx::runtime runtime(store, any_tag);
  register_work(runtime, "here");
  runtime.register_orchestration(gallery, run_gallery);
  runtime.start();
  return through_the_store(database.path());
}

int main() {
  expect(two_places(), "cat.png here on the GPU");
  expect(places_of_a_session(), 1U);
  expect(across_a_takeover(dx::sqlite_provider::open_in_memory()), 42);
  expect(from_outside(), "dog.png here here");
}
