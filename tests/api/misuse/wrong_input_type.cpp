// expect: the argument does not convert to the input type of the contract
// The contract says what goes in.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx) {
  receipt paid = co_await ctx.schedule_activity(charge, 7);
  co_return paid;
}
