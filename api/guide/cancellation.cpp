// The program of the page cancellation.md.
#include "guide/support.hpp"

#include <latch>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<void()> dig{"dig"};
constexpr dx::activity<void(std::string)> fill_in{"fill_in"};
constexpr dx::event<int> never{"never"};
constexpr dx::orchestration<void()> digs{"Digs"};
constexpr dx::orchestration<void()> site{"Site"};
constexpr dx::orchestration<std::string()> tidy_site{"TidySite"};

std::latch digging(1);
std::atomic<bool> put_down = false;

// [activity]
void run_dig(dx::activity_context& context) {
  digging.count_down();
  while (!context.wait_for_cancellation(1h)) {
  }
  put_down = true;  // what it returns is ignored
}
// [end]

dx::task<void> run_digs(dx::orchestration_context ctx) { co_await ctx.schedule_activity(dig); }

// [parent]
dx::task<void> run_site(dx::orchestration_context ctx) {
  // Never sees its cancellation: the coroutine is destroyed where it waits.
  co_await ctx.schedule_sub_orchestration(digs).with_id("digs");
}
// [end]

// [cancel]
dx::instance_status stop_the_site(dx::client client) {
  auto instance = client.instance("site");
  instance.cancel("rain");
  return instance.wait(30s);
}
// [end]

dx::task<void> run_waits(dx::orchestration_context ctx) { co_await ctx.wait_for_event(never); }
constexpr dx::orchestration<void()> waits{"Waits"};

// [cleanup]
dx::task<std::string> run_tidy_site(dx::orchestration_context ctx) {
  auto done = co_await dx::settle(ctx.schedule_sub_orchestration(waits).with_id("the-work"));
  if (done) co_return "done";
  co_await ctx.schedule_activity(fill_in, "the hole");
  co_return std::string(to_string(done.error().details().kind)) + ": " + done.error().message();
}
// [end]

int main() {
  dx::runtime_options options;
  options.worker_concurrency = 2;
  {
    dx::runtime runtime(dx::sqlite_provider::open_in_memory(), options);
    runtime.register_activity(dig, run_dig);
    std::atomic<int> filled = 0;
    runtime.register_activity(fill_in, [&filled](dx::activity_context&, const std::string&) { ++filled; });
    runtime.register_orchestration(digs, run_digs);
    runtime.register_orchestration(site, run_site);
    runtime.register_orchestration(waits, run_waits);
    runtime.register_orchestration(tidy_site, run_tidy_site);
    runtime.start();
    dx::client client = runtime.client();
    client.start(site, "site");
    digging.wait();
    dx::instance_status ended = stop_the_site(client);
    expect(ended.status == dx::runtime_status::cancelled);
    expect(ended.error->message, "rain");
    expect(ended.error->kind == dx::error_kind::cancelled);
    expect(client.instance("digs").wait(30s).status == dx::runtime_status::cancelled);
    client.instance("site").cancel("again");  // does nothing: it has ended
    expect(guide::error_of([&] { client.instance("nobody").cancel("why"); }), "instance_not_found");
    expect(guide::error_of([&] { client.instance(site, "site").result(30s); }), "cancelled");

    client.start(tidy_site, "tidy");
    while (client.instance("the-work").status().status == dx::runtime_status::not_found) {
    }
    client.instance("the-work").cancel("lunch");
    expect(client.instance(tidy_site, "tidy").result(30s), "cancelled: lunch");
    expect(filled.load(), 1);
  }
  expect(put_down.load());
}
