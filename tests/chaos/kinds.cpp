#include "tests/chaos/kinds.hpp"

#include "tests/chaos/contracts.hpp"

#include <array>

namespace duroxide::chaos {

namespace {

using enum kind_of_work::wants;

int same(int n) { return n; }
int none(int) { return 0; }
int one(int) { return 1; }
int twice(int n) { return 2 * n; }
int next(int n) { return n + 1; }
int sum_up_to(int n) { return n * (n + 1) / 2; }

// 1, 12, 123, ...
int digits(int count) {
  int all = 0;
  for (int digit = 1; digit <= count; ++digit) all = all * 10 + digit;
  return all;
}

constexpr std::array kinds{
    kind_of_work{&chain, "chain-", [](int number) { return 1 + number % 8; }, same, same},
    kind_of_work{&fan_out, "fan-out-", [](int number) { return 2 + number % 7; }, sum_up_to, same},
    kind_of_work{&sleeper, "sleeper-", [](int number) { return 10 + number % 1000; }, next, one},
    kind_of_work{&patient, "patient-", same, [](int n) { return n + brought + 1; }, one, an_event},
    kind_of_work{&collector, "collector-", [](int number) { return 2 + number % 5; }, digits, none,
                 some_numbers},
    kind_of_work{&relay, "relay-", none, [](int) { return digits(digits_of_relay); },
                 [](int) { return digits_of_relay; }, some_numbers},
    kind_of_work{&family, "family-", [](int number) { return 1 + number % 4; }, twice, twice},
    kind_of_work{&keeper, "keeper-", [](int number) { return 1 + number % 5; }, same, same},
    kind_of_work{&starter, "starter-", [](int number) { return 1 + number % 3; }, none, same},
};

}  // namespace

std::span<const kind_of_work> all_kinds() { return kinds; }

}  // namespace duroxide::chaos
