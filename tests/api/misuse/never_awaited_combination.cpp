// expect: nodiscard
// A combination does nothing until it is awaited.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order wanted) {
  dx::all(ctx.schedule_activity(charge, wanted), ctx.schedule_timer(1s));
  co_return receipt{};
}
