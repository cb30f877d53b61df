// expect: name this aggregate first
// A moved aggregate is as bad as a temporary one: the call takes it in the same expression.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order wanted) {
  receipt paid = co_await ctx.schedule_sub_orchestration(checkout, std::move(wanted));
  co_return paid;
}
