// expect: name this aggregate first
// g++ 12 would destroy it twice.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx) {
  receipt paid = co_await ctx.schedule_activity(charge, order{.id = 7, .sku = "x"});
  co_return paid;
}
