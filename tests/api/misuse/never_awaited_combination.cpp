// expect: nodiscard
// A combination does nothing until it is awaited.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order what) {
  dx::all(ctx.schedule_activity(charge, what), ctx.schedule_timer(1s));
  co_return receipt{};
}
