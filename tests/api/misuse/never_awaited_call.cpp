// expect: nodiscard
// A call does nothing until it is awaited.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx, order wanted) {
  ctx.schedule_activity(charge, wanted);
  co_return receipt{};
}
