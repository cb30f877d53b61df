// expect: an orchestration may await only durable operations
// Anything but what the context gives would run again on replay.
#include "tests/api/misuse/shop.hpp"

dx::task<receipt> run(dx::orchestration_context) {
  co_await std::suspend_always{};
  co_return receipt{};
}
