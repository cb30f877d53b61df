// A workflow to test the means of testing with.
#pragma once

#include "duroxide/testing.hpp"

#include <chrono>
#include <string>

namespace duroxide::test {

using std::chrono_literals::operator""h;

inline constexpr activity<std::string(std::string)> send_mail{"send_mail"};
inline constexpr activity<int(int)> charge{"charge"};
inline constexpr event<std::string> confirmed{"confirmed"};
inline constexpr event_queue<int> payments{"payments"};
inline constexpr orchestration<std::string(std::string)> subscription{"Subscribe"};
inline constexpr orchestration<int(int)> bill{"Bill"};

// Waits a month for a confirmation, and charges three times, in children, if it comes.
inline task<std::string> run_subscribe(orchestration_context ctx, std::string subscriber) {
  co_await ctx.schedule_activity(send_mail, "confirm, " + subscriber);
  ctx.set_custom_status("waiting");
  auto first = co_await race(ctx.wait_for_event(confirmed), ctx.schedule_timer(30 * 24h));
  if (first.index() == 1) {
    co_await ctx.schedule_activity(send_mail, "too late, " + subscriber);
    co_return "expired";
  }
  int sum = 0;
  for (int month = 1; month <= 3; ++month) {
    sum += co_await ctx.schedule_sub_orchestration(bill, month);
    co_await ctx.schedule_timer(30 * 24h);
  }
  co_return std::get<0>(first) + " paid " + std::to_string(sum);
}

inline task<int> run_bill(orchestration_context ctx, int month) {
  int paid = co_await ctx.schedule_activity(charge, month * 100);
  ctx.set_kv_value("paid", paid);
  co_return paid;
}

inline void register_all(runtime& runtime) {
  runtime.register_activity(send_mail, [](activity_context&, const std::string& text) { return text; });
  runtime.register_activity(charge, [](activity_context&, int amount) { return amount; });
  runtime.register_orchestration(subscription, run_subscribe);
  runtime.register_orchestration(bill, run_bill);
}

}  // namespace duroxide::test
