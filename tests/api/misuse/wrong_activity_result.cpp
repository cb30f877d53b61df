// expect: an activity returns its handle's output type
// The handle says what comes out.
#include "tests/api/misuse/shop.hpp"

void set_up(dx::runtime& runtime) {
  runtime.register_activity(charge, [](dx::activity_context&, const order& what) { return what.sku; });
}
