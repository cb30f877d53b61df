// expect: cannot be a part of a CAF message: give it an inspect function
// CAF's own words for this are a thousand lines.
#include "duroxide/caf/actor_activity.hpp"
#include "tests/api/misuse/shop.hpp"

void set_up(dx::runtime& runtime, const caf::actor& worker) {
  dx::register_actor_activity(runtime, charge, worker);
}
