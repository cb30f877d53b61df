// expect: an orchestration captures nothing
// What it captured would be gone after a restart.
#include "tests/api/misuse/shop.hpp"

void set_up(dx::runtime& runtime) {
  int fee = 2;
  runtime.register_orchestration(checkout,
                                 [fee](dx::orchestration_context ctx, order wanted) -> dx::task<receipt> {
                                   receipt paid = co_await ctx.schedule_activity(charge, wanted);
                                   paid.id += fee;
                                   co_return paid;
                                 });
}
