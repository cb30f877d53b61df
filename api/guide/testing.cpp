// The program of the page testing.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;

// [workflow]
struct subscription {
  std::string customer;
  std::int64_t reminder_after_ms = 7LL * 24 * 3600 * 1000;  // part of the input: tests give another one
};
BOOST_DESCRIBE_STRUCT(subscription, (), (customer, reminder_after_ms))

constexpr dx::activity<void(std::string)> send_mail{"send_mail"};
constexpr dx::event_queue<std::string> confirmations{"confirmations"};
constexpr dx::orchestration<std::string(subscription)> subscribe{"Subscribe"};

dx::task<std::string> run_subscribe(dx::orchestration_context ctx, subscription wanted) {
  co_await ctx.schedule_activity(send_mail, "please confirm, " + wanted.customer);
  dx::duration patience(wanted.reminder_after_ms);
  auto first = co_await dx::race(ctx.dequeue_event(confirmations), ctx.schedule_timer(patience));
  if (first.index() == 0) co_return "confirmed with " + std::get<0>(first);
  ctx.set_custom_status("reminded");
  co_await ctx.schedule_activity(send_mail, "please do confirm, " + wanted.customer);
  std::string late = co_await ctx.dequeue_event(confirmations);
  co_return "confirmed late with " + late;
}
// [end]

// [fixture]
// A store in memory, and stand-ins for the activities: they are values, like any other handler.
class fixture {
public:
  fixture() { start(); }

  dx::client client() { return runtime_->client(); }

  // As if the process had died and another one had come: what was committed is still there.
  void restart() {
    runtime_.reset();
    start();
  }

  std::atomic<int> mails = 0;
  std::atomic<int> refused = 0;

private:
  void start() {
    dx::runtime_options options;
    options.verify_replay = true;  // whatever NDEBUG says
    runtime_ = std::make_unique<dx::runtime>(store_, options);
    runtime_->register_activity(send_mail, [this](dx::activity_context&, const std::string&) {
      if (refused > 0 && refused-- > 0) throw std::runtime_error("the server is down");
      ++mails;
    });
    runtime_->register_orchestration(subscribe, run_subscribe);
    runtime_->start();
  }

  std::shared_ptr<dx::provider> store_ = dx::sqlite_provider::open_in_memory();
  std::unique_ptr<dx::runtime> runtime_;
};
// [end]

void check(bool holds, std::source_location where = std::source_location::current()) {
  guide::expect(holds, where);
}

// [tests]
void confirms_in_time() {
  fixture it;
  subscription ada{"Ada"};
  it.client().start_orchestration(subscribe, "s", ada);
  it.client().enqueue_event(confirmations, "s", "a click");
  check(it.client().wait_for_orchestration(subscribe, "s", 30s) == "confirmed with a click");
}

void reminds_and_survives_a_restart() {
  fixture it;
  subscription hasty{"Ada", 5};
  it.client().start_orchestration(subscribe, "s", hasty);
  it.client().wait_for_status_change("s", 0, 30s);  // not a sleep: until it has reminded
  it.restart();
  it.client().enqueue_event(confirmations, "s", "a click");
  check(it.client().wait_for_orchestration(subscribe, "s", 30s) == "confirmed late with a click");
  check(it.mails >= 2);  // at least once each
}

void fails_if_no_mail_can_be_sent() {
  fixture it;
  it.refused = 1;
  subscription ada{"Ada"};
  it.client().start_orchestration(subscribe, "s", ada);
  dx::instance_status ended = it.client().wait_for_orchestration("s", 30s);
  check(ended.status == dx::runtime_status::failed);
  check(ended.error->message == "the server is down");
}
// [end]

int main() {
  confirms_in_time();
  reminds_and_survives_a_restart();
  fails_if_no_mail_can_be_sent();
}
