// expect: a task takes its parameters by value
// What it points to is gone after the first await.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order* wanted) {
  receipt paid = co_await ctx.schedule_activity(charge, *wanted);
  co_return paid;
}
