// expect: nothing
// The right way: the other files differ from this by one mistake each.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run_checkout(dx::orchestration_context ctx, order wanted) {
  receipt paid = co_await ctx.schedule_activity(charge, wanted);
  order next{.id = 7, .sku = "x"};
  receipt again = co_await ctx.schedule_activity(charge, next);
  auto first = co_await dx::race(ctx.schedule_activity(charge, next), ctx.schedule_timer(1s));
  dx::pending<receipt> early = ctx.start(ctx.schedule_activity(charge, wanted));
  receipt last = co_await std::move(early);
  if (first.index() == 1) co_return ctx.continue_as_new(next);
  last.id += paid.id + again.id;
  co_return last;
}

void set_up(dx::runtime& runtime) {
  runtime.register_orchestration(checkout, run_checkout);
  runtime.register_orchestration(other_checkout,
                                 [](dx::orchestration_context ctx, order wanted) -> dx::task<receipt> {
                                   receipt paid = co_await ctx.schedule_activity(charge, wanted);
                                   co_return paid;
                                 });
  int fee = 2;
  runtime.register_activity(
      charge, [fee](dx::activity_context&, const order& wanted) { return receipt{wanted.id + fee}; });
}
