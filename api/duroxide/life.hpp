// Lives: the instances that had one id, one after the other.
#pragma once

#include <cstdint>

namespace duroxide {

// An instance id may be used again: after a deletion, and when an instance that has ended is replaced. Each
// time is another *life*, a number that the store gives and never uses again. Messages and activities belong
// to the life that they were accepted for, through continue-as-new, relocation and import, and never outlive
// it: nothing that was for one instance comes to a later one of that id. 0 is no life: what it means is said
// where it may stand.
using life_number = std::uint64_t;

}  // namespace duroxide
