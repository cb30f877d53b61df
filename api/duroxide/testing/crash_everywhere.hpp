// A workflow survives a crash wherever it happens, or a test says where it does not.
#pragma once

#include "duroxide/testing/environment.hpp"

#include <stdexcept>
#include <type_traits>

namespace duroxide::testing {

// Says what crash_everywhere found: the write, the expected and the actual result, and the line of code that
// repeats just this case.
class not_crash_safe : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

struct crash_report {
  std::uint64_t writes = 0;   // of an undisturbed run
  std::uint64_t crashes = 0;  // that were tried: before and after each of them
};

namespace detail {
crash_report crash_everywhere(const handlers& registered,
                              const std::function<std::string(environment&)>& scenario,
                              const environment_options& options);
}

// Runs `scenario`, a function of an environment&, once undisturbed; then, in a new environment each, once for
// each durable write of that run with a crash before it, and once with a crash after it. What it returns (a
// type that a codec knows, or nothing) must be the same each time. Throws not_crash_safe if it is not, or if
// the scenario throws; what an undisturbed scenario throws is passed on. Throws configuration_error
// (invalid_argument) if it makes no durable write: then nothing was tried. `options.crash` is ignored.
//
// An activity may run once more than without a crash: a scenario that counts runs must allow for that.
template <class Scenario>
crash_report crash_everywhere(const handlers& registered, Scenario scenario,
                              const environment_options& options = {}) {
  using outcome = std::invoke_result_t<Scenario&, environment&>;
  return detail::crash_everywhere(
      registered,
      [&scenario](environment& world) -> std::string {
        if constexpr (std::is_void_v<outcome>) {
          scenario(world);
          return "nothing";
        } else {
          return codec<outcome>::encode(scenario(world));
        }
      },
      options);
}

}  // namespace duroxide::testing
