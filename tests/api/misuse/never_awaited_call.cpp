// expect: nodiscard
// A call does nothing until it is awaited.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order what) {
  ctx.schedule_activity(charge, what);
  co_return receipt{};
}
