// The program of the page testing.md.
#include "duroxide/testing.hpp"

#include "guide/support.hpp"
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

// [workflow]
constexpr dx::activity<void(std::string)> send_mail{"send_mail"};
constexpr dx::event_queue<std::string> confirmations{"confirmations"};
constexpr dx::orchestration<std::string(std::string)> subscribe{"Subscribe"};

dx::task<std::string> run_subscribe(dx::orchestration_context ctx, std::string customer) {
  co_await ctx.schedule_activity(send_mail, "please confirm, " + customer);
  auto first = co_await dx::race(ctx.dequeue_event(confirmations), ctx.schedule_timer(7 * 24h));
  if (first.index() == 0) co_return "confirmed with " + std::get<0>(first);
  ctx.set_custom_status("reminded");
  co_await ctx.schedule_activity(send_mail, "please do confirm, " + customer);
  std::string late = co_await ctx.dequeue_event(confirmations);
  co_return "confirmed late with " + late;
}
// [end]

void really_send_mail(dx::activity_context&, const std::string&) {
  throw std::logic_error("a test must not send mail");
}

// [handlers]
// What main() calls, and what tests call.
void register_handlers(dx::runtime& runtime) {
  runtime.register_activity(send_mail, really_send_mail);
  runtime.register_orchestration(subscribe, run_subscribe);
}
// [end]

void check(bool holds, std::source_location where = std::source_location::current()) {
  guide::expect(holds, where);
}

// [time]
void reminds_after_a_week() {
  dx::testing::environment world(register_handlers);
  std::vector<std::string> mails;
  world.replace_activity(send_mail,
                         [&](dx::activity_context&, const std::string& text) { mails.push_back(text); });
  auto subscription = world.client().start(subscribe, "s", "Ada");
  world.advance(7 * 24h - 1s);
  check(mails.size() == 1);
  world.advance(2s);  // of the clock of this environment
  check(mails.size() == 2 && mails.back() == "please do confirm, Ada");
  subscription.enqueue(confirmations, "a click");
  check(subscription.result(1h) == "confirmed late with a click");
}
// [end]

// [moment]
void confirms_on_the_sixth_day() {
  dx::testing::environment world(register_handlers);
  world.replace_activity(send_mail, [](dx::activity_context&, const std::string&) {});
  auto subscription = world.client().start(subscribe, "s", "Ada");
  world.call_after(6 * 24h, [&] { subscription.enqueue(confirmations, "a click"); });
  check(subscription.result(365 * 24h) == "confirmed with a click");
}
// [end]

// [failure]
void fails_if_no_mail_can_be_sent() {
  dx::testing::environment world(register_handlers);
  world.replace_activity(send_mail, [](dx::activity_context&, const std::string&) {
    throw std::runtime_error("the server is down");
  });
  dx::instance_status ended = world.client().start(subscribe, "s", "Ada").wait(1h);
  check(ended.status == dx::runtime_status::failed);
  check(ended.error->message == "the server is down");
}
// [end]

// [stub]
constexpr dx::orchestration<std::string(std::string)> welcome{"Welcome"};

dx::task<std::string> run_welcome(dx::orchestration_context ctx, std::string customer) {
  std::string outcome = co_await ctx.schedule_sub_orchestration(subscribe, customer);
  co_return "welcome, " + customer + ": " + outcome;
}

void welcomes_by_a_stub() {
  dx::testing::environment world([](dx::runtime& runtime) {
    runtime.register_orchestration(welcome, run_welcome);
    runtime.register_orchestration(subscribe,
                                   [](dx::orchestration_context, std::string) -> dx::task<std::string> {
                                     co_return "confirmed by the stub";
                                   });
  });
  check(world.client().start(welcome, "w", "Ada").result(1h) == "welcome, Ada: confirmed by the stub");
}
// [end]

// [crashes]
// Each process that the environment begins calls this.
void register_without_mail(dx::runtime& runtime) {
  dx::testing::replace_activity(runtime, send_mail, [](dx::activity_context&, const std::string&) {});
  register_handlers(runtime);
}

void survives_a_crash_at_every_point() {
  auto report = dx::testing::crash_everywhere(register_without_mail, [](dx::testing::environment& world) {
    auto subscription = world.client().start(subscribe, "s", "Ada");
    world.advance(8 * 24h);
    subscription.enqueue(confirmations, "a click");
    return subscription.result(1h);
  });
  std::cout << report.crashes << " crashes survived\n";
}
// [end]

// [one crash]
void survives_one_crash() {
  dx::testing::environment_options options;
  options.crash = dx::testing::crash_point{2, true};
  dx::testing::environment world(register_without_mail, options);
  auto subscription = world.client().start(subscribe, "s", "Ada");
  subscription.enqueue(confirmations, "a click");
  check(subscription.result(1h) == "confirmed with a click");
  check(world.crashes() == 1);
  std::cout << world.crashed_write() << "\n";  // commit: turn of 's' (orchestration_started ...)
}
// [end]

// [orders]
void order_does_not_matter() {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    dx::testing::environment_options options;
    options.seed = seed;
    dx::testing::environment world(register_without_mail, options);
    auto subscription = world.client().start(subscribe, "s", "Ada");
    subscription.enqueue(confirmations, "a click");
    check(subscription.result(1h) == "confirmed with a click");
  }
}
// [end]

// [replay]
// Histories that were exported from production (admin().export_instances), kept with the tests.
void matches_old_histories(const std::filesystem::path& exported) {
  std::ifstream file(exported);
  for (const auto& verdict : dx::testing::replay_exported(file, register_handlers)) {
    if (!verdict.matches) std::cout << verdict.instance << ": " << verdict.why << "\n";
    check(verdict.matches);
  }
}
// [end]

// [gate]
// gate STORE: a program of its own, run before a deployment.
int check_before_deployment(const std::string& store) {
  return dx::testing::gate(store, register_handlers, std::cout);
}
// [end]

void export_one(const std::filesystem::path& file) {
  dx::testing::environment world(register_without_mail);
  world.client().start(subscribe, "s", "Ada");
  world.advance(1h);
  world.client().admin().export_instances(file);
}

int main() {
  reminds_after_a_week();
  confirms_on_the_sixth_day();
  fails_if_no_mail_can_be_sent();
  survives_a_crash_at_every_point();
  survives_one_crash();
  welcomes_by_a_stub();
  order_does_not_matter();
  const auto folder = std::filesystem::temp_directory_path() / ("guide-testing-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  export_one(folder / "exported");
  matches_old_histories(folder / "exported");
  const std::string store = "sqlite:" + (folder / "live.db").string();
  dx::client(dx::open_store(store)).start(subscribe, "s", "Ada");
  check(check_before_deployment(store) == 0);
  std::filesystem::remove_all(folder);
}
