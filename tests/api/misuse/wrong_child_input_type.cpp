// expect: the argument does not convert to the input type of the contract
// The contract says what goes in, for children too.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx) {
  receipt paid = co_await ctx.schedule_sub_orchestration(checkout, "order");
  co_return paid;
}
