// expect: nodiscard
// Dropping what was started cancels it at once.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order what) {
  ctx.start(ctx.schedule_activity(charge, what));
  co_return receipt{};
}
