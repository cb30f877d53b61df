// The program of the page gcc12-hazards.md.
#include "guide/support.hpp"

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

struct order {
  int id = 0;
  std::string item;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, item))

constexpr dx::activity<std::string(order)> charge{"charge"};
constexpr dx::activity<std::string(std::vector<std::string>)> ship{"ship"};
constexpr dx::orchestration<std::string(bool)> safe{"Safe"};

// [helper]
// Parameters by value, no captures: a helper of an orchestration is a function.
dx::task<std::string> charge_twice(dx::orchestration_context ctx, order wanted) {
  std::string first = co_await ctx.schedule_activity(charge, wanted);
  std::string second = co_await ctx.schedule_activity(charge, wanted);
  co_return first + second;
}
// [end]

dx::task<std::string> run_safe(dx::orchestration_context ctx, bool express) {
  std::string report;
  // [name-first]
  order wanted{7, "a long name that is not kept in place"};
  std::string receipt = co_await ctx.schedule_activity(charge, wanted);
  // [end]
  report += receipt;
  // [list]
  std::vector<std::string> items{"tea", "cups"};
  std::string shipped = co_await ctx.schedule_activity(ship, items);
  // [end]
  report += shipped;
  // [if-else]
  std::string speed = "standard";
  if (express) speed = co_await ctx.schedule_activity(charge, wanted);
  // [end]
  report += speed;
  // [build-later]
  std::string name = co_await ctx.schedule_activity(charge, wanted);
  order named{8, name};
  // [end]
  report += named.item;
  // [decompose]
  auto both = co_await dx::all(ctx.schedule_activity(charge, wanted), ctx.schedule_activity(ship, items));
  auto& [charged, sent] = both;
  // [end]
  report += charged + sent;
  // [options]
  dx::retry_policy patient = dx::retry_policy(5).with_attempt_timeout(10s);
  std::string again = co_await ctx.schedule_activity(charge, wanted).with_retry(patient).with_timeout(30s);
  // [end]
  report += again;
  std::string twice = co_await charge_twice(ctx, wanted);
  co_return report + twice;
}

int main() {
  dx::runtime runtime(dx::sqlite_provider::open_in_memory());
  runtime.register_activity(charge, [](dx::activity_context&, order o) { return std::to_string(o.id); });
  runtime.register_activity(ship, [](dx::activity_context&, const std::vector<std::string>& items) {
    return "+" + std::to_string(items.size());
  });
  runtime.register_orchestration(safe, run_safe);
  runtime.start();
  expect(runtime.client().start(safe, "s", true).result(30s), "7+2777+2777");
}
