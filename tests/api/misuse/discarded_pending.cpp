// expect: nodiscard
// Dropping what was started cancels it at once.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order wanted) {
  ctx.start(ctx.schedule_activity(charge, wanted));
  co_return receipt{};
}
