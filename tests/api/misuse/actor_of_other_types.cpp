// expect: the typed actor does not accept what this activity sends
// What typed actors take is known.
#include "duroxide/caf/actor_activity.hpp"
#include "tests/api/misuse/shop.hpp"

constexpr dx::activity<int(int)> square{"square"};
using shouting = caf::typed_actor<caf::replies_to<std::string>::with<std::string>>;

void set_up(dx::runtime& runtime, const shouting& worker) {
  dx::register_actor_activity(runtime, square, worker);
}
