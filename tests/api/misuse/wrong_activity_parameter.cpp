// expect: an activity takes (activity_context&, Input)
// The contract says what goes in.
#include "tests/api/misuse/shop.hpp"

void set_up(dx::runtime& runtime) {
  runtime.register_activity(charge, [](dx::activity_context&, receipt given) { return given; });
}
