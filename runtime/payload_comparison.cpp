#include "runtime/payload_comparison.hpp"

#include "duroxide/errors.hpp"

namespace duroxide::internal {

bool is_same_today(const std::string& recorded, const std::string& asked, detail::payload_rewriter rewrite) {
  try {
    const std::string recorded_today = rewrite("what is recorded", recorded);
    // What is asked for is written anew as well, for a type need not write twice what it reads once.
    return recorded_today == asked || recorded_today == rewrite("what is asked for", asked);
  } catch (...) {
    return false;  // why_unreadable tells
  }
}

std::string why_unreadable(std::string_view what, const std::string& recorded,
                           detail::payload_rewriter rewrite) {
  try {
    (void)rewrite(what, recorded);
    return {};
  } catch (...) {
    return details_of_current_exception(error_kind::invalid_payload, what).message;
  }
}

}  // namespace duroxide::internal
