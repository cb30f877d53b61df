// expect: no member named
// Only activities have tags.
#include "tests/api/misuse/shop.hpp"

dx::task<void> run(dx::orchestration_context ctx) { co_await ctx.schedule_timer(1s).with_tag("gpu"); }
