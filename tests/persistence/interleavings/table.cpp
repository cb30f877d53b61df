#include "tests/persistence/interleavings/table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace duroxide::interleavings {

namespace {

struct operation {
  std::string_view name;
  // Where it does more than find out that it has nothing to do.
  bool for_the_living;
  bool for_the_ended;
};

constexpr std::array operations{
    operation{"turn_goes_on", true, false},
    operation{"turn_ends", true, false},
    operation{"turn_continues", true, false},
    operation{"turn_begets", true, false},
    operation{"child_ends", true, false},
    operation{"parent_cancels", true, false},
    operation{"parent_ends", true, false},
    operation{"two_turns", true, false},
    operation{"post", true, true},
    operation{"posts", true, true},
    operation{"start", false, true},
    operation{"first_turn", false, true},
    operation{"replace", false, true},
    operation{"delete", false, true},
    operation{"close", true, false},
    operation{"sweep", true, false},
    operation{"relocate", true, false},
    operation{"claim", true, false},
    operation{"outcome", true, false},
    operation{"join", true, false},
    operation{"expire_owner", true, false},
    operation{"expire_claimer", true, false},
    operation{"release", true, false},
};

// What a third one makes of the gap between two others, and pairs that need a situation of their own.
const std::vector<meeting> more_meetings{
    // An id that is used again, or goes, while something is on its way to the one who had it.
    {"single", {"turn_ends", "replace"}},
    {"single", {"turn_ends", "delete"}},
    {"single", {"turn_ends", "post", "replace"}},
    {"single", {"turn_ends", "post", "delete"}},
    {"single", {"turn_ends", "outcome", "replace"}},
    {"running", {"turn_ends", "child_ends", "replace"}},
    {"ended", {"post", "replace", "delete"}},
    {"ended", {"post", "replace", "start"}},
    {"ended", {"first_turn", "replace", "post"}},
    {"alone", {"post", "close", "start"}},
    {"alone", {"turn_goes_on", "close", "first_turn"}},
    // A tree that ends from both sides, or goes while it grows.
    {"running", {"turn_ends", "child_ends", "parent_ends"}},
    {"running", {"turn_begets", "close", "post"}},
    {"running", {"turn_begets", "parent_ends", "sweep"}},
    {"running", {"turn_ends", "parent_ends", "sweep"}},
    {"running", {"two_turns", "turn_ends", "posts"}},
    // Shards that change hands.
    {"running", {"turn_goes_on", "relocate", "post"}},
    {"running", {"turn_ends", "relocate", "post"}},
    {"running", {"turn_continues", "relocate", "child_ends"}},
    {"running", {"relocate", "release", "join"}},
    {"running", {"turn_goes_on", "release", "join"}},
    {"running", {"turn_goes_on", "expire_owner", "join"}},
    {"running", {"post", "expire_owner", "relocate"}},
    // An activity that two want and a third one takes away.
    {"running", {"claim", "relocate", "turn_goes_on"}},
    {"running", {"claim", "expire_claimer", "outcome"}},
    {"running", {"turn_ends", "outcome", "expire_claimer"}},
    {"running", {"turn_continues", "outcome", "relocate"}},
};

// Nothing is moved where one node owns all shards.
bool moves_shards(const std::string& operation) { return operation == "relocate" || operation == "release"; }

}  // namespace

std::string meeting::name() const {
  std::string text = situation + ":";
  for (const std::string& each : operations) text += (&each == &operations.front() ? " " : " + ") + each;
  return text;
}

std::vector<meeting> all_meetings(store_kind kind) {
  std::vector<meeting> all;
  for (const operation& a : operations) {
    for (const operation& b : operations) {
      if (&b < &a) continue;
      const std::vector<std::string> pair{std::string(a.name), std::string(b.name)};
      if (a.for_the_living || b.for_the_living) all.push_back({"running", pair});
      if (a.for_the_ended && b.for_the_ended) all.push_back({"ended", pair});
      // To delete needs the root of a tree.
      const bool deletes = a.name == "close" || b.name == "close";
      if (deletes && (a.for_the_living || b.for_the_living)) all.push_back({"alone", pair});
    }
  }
  all.insert(all.end(), more_meetings.begin(), more_meetings.end());
  if (kind == store_kind::sqlite)
    std::erase_if(all,
                  [](const meeting& each) { return std::ranges::any_of(each.operations, moves_shards); });
  return all;
}

}  // namespace duroxide::interleavings
