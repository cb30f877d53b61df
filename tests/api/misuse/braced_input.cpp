// expect: no matching function | no matching member function
// Braces would make a temporary aggregate.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx) {
  receipt paid = co_await ctx.schedule_activity(charge, {.id = 7, .sku = "x"});
  co_return paid;
}
