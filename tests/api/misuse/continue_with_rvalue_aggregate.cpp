// expect: name this aggregate first
// The same, for the input of the next execution.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context ctx) {
  co_return ctx.continue_as_new(order{.id = 7, .sku = "x"});
}
