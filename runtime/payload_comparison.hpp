// Whether a payload that is recorded says what today's code says. Its text may differ, since it was written by a build
// whose structs had other members (duroxide/payload_rules.hpp).
#pragma once

#include "duroxide/detail/payload_rewriter.hpp"

#include <string>
#include <string_view>

namespace duroxide::internal {

// Whether both texts are the same when today's type has read and written them. What it cannot read is not the same.
// REQUIRES: rewrite.
bool is_same_today(const std::string& recorded, const std::string& asked, detail::payload_rewriter rewrite);

inline bool is_same_payload(const std::string& recorded, const std::string& asked,
                            detail::payload_rewriter rewrite) {
  return recorded == asked || (rewrite && is_same_today(recorded, asked, rewrite));
}

// Empty if today's type can be read from what is recorded. `what` names it, as in "the input of activity 'charge'".
// REQUIRES: rewrite.
std::string why_unreadable(std::string_view what, const std::string& recorded,
                           detail::payload_rewriter rewrite);

}  // namespace duroxide::internal
