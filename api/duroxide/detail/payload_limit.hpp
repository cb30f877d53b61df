// What is said of a payload that is too long.
#pragma once

#include "duroxide/errors.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace duroxide::detail {

// Set if `payload` has more than `limit` bytes: an application error that no retry mends. `what` and `name`
// tell whose payload it is, as in "the input of activity", "charge".
std::optional<error_details> too_long(std::string_view what, std::string_view name, std::string_view payload,
                                      std::size_t limit);

}  // namespace duroxide::detail
