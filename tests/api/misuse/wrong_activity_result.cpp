// expect: an activity returns its contract's output type
// The contract says what comes out.
#include "tests/api/misuse/shop.hpp"

void set_up(dx::runtime& runtime) {
  runtime.register_activity(charge, [](dx::activity_context&, const order& wanted) { return wanted.sku; });
}
