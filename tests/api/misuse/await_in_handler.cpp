// expect: not permitted in handlers | in the handler of a try block
// C++ forbids it; settle is the way to compensate.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order wanted) {
  try {
    co_await ctx.schedule_activity(charge, wanted);
  } catch (const dx::activity_failed&) {
    co_await ctx.schedule_timer(1s);
  }
  co_return receipt{};
}
