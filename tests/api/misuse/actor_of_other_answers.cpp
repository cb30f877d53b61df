// expect: the typed actor does not answer with what this activity expects
// What typed actors answer is known, too.
#include "duroxide/caf/actor_activity.hpp"
#include "tests/api/misuse/shop.hpp"

constexpr dx::activity<int(int)> square{"square"};
using spelling = caf::typed_actor<caf::replies_to<int>::with<std::string>>;

void set_up(dx::runtime& runtime, const spelling& worker) {
  dx::register_actor_activity(runtime, square, worker);
}
