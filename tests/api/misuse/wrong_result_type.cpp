// expect: an orchestration returns dx::task<Output>
// The contract says what comes out.
#include "tests/api/misuse/shop.hpp"

dx::task<int> run(dx::orchestration_context, order wanted) { co_return wanted.id; }

void set_up(dx::runtime& runtime) { runtime.register_orchestration(checkout, run); }
