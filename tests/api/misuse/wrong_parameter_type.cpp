// expect: an orchestration takes (orchestration_context, Input)
// The contract says what goes in.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context, receipt given) { co_return given; }

void set_up(dx::runtime& runtime) { runtime.register_orchestration(checkout, run); }
