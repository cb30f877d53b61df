// expect: constraints not satisfied
// The branches of any give one value, so they are of one type.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order wanted) {
  co_await dx::any(ctx.schedule_activity(charge, wanted), ctx.schedule_timer(1s));
  co_return receipt{};
}
