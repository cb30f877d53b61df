#include "duroxide/time.hpp"

#include "duroxide/errors.hpp"

#include <algorithm>
#include <string>

namespace duroxide::detail {

duration checked_delay(duration delay) {
  if (delay < duration::zero())
    throw configuration_error(error_kind::invalid_argument, "a delay of " + std::to_string(delay.count()) +
                                                                " ms is negative; give zero or more");
  if (delay > longest_delay)
    throw configuration_error(error_kind::invalid_argument,
                              "a delay of " + std::to_string(delay.count()) +
                                  " ms is longer than 100 years; check its unit");
  return delay;
}

duration checked_limit(std::string_view what, duration limit) {
  if (limit < duration::zero())
    throw configuration_error(error_kind::invalid_argument,
                              std::string(what) + " is " + std::to_string(limit.count()) +
                                  " ms; give zero or more, or duroxide::no_limit");
  return std::min(limit, longest_delay);
}

}  // namespace duroxide::detail
