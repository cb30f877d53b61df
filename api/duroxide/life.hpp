// Lives: the instances that have had the same id, one after another.
#pragma once

#include <cstdint>

namespace duroxide {

// An instance id may be used again: after a deletion, and when an instance that has ended is replaced. Each
// instance is another *life*, with a number that the store assigns and never uses again. Messages and activities
// belong to the life that they were accepted for, through continue-as-new, relocation and import, and never outlive
// it: nothing that was for one instance reaches a later one of that id. 0 is not a life: where it is allowed, a
// comment says what it means.
using life_number = std::uint64_t;

}  // namespace duroxide
