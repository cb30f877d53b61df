#include "duroxide/time.hpp"

#include "duroxide/errors.hpp"

#include <string>

namespace duroxide::detail {

duration checked_delay(duration delay) {
  constexpr duration longest = std::chrono::years(100);
  if (delay < duration::zero())
    throw configuration_error(error_kind::invalid_argument, "a delay of " + std::to_string(delay.count()) +
                                                                " ms is negative; give zero or more");
  if (delay > longest)
    throw configuration_error(error_kind::invalid_argument,
                              "a delay of " + std::to_string(delay.count()) +
                                  " ms is longer than 100 years; check its unit");
  return delay;
}

}  // namespace duroxide::detail
