#include "actors/instance/instance_state.hpp"

#include "duroxide/detail/ensure.hpp"

#include <array>
#include <cstdint>
#include <type_traits>

namespace duroxide::internal {

namespace instance_states {
namespace {

template <class State, class... All> constexpr std::uint32_t bit_of(const std::variant<All...>*) {
  std::uint32_t bit = 1;
  std::uint32_t found = 0;
  ((found |= std::is_same_v<State, All> ? bit : 0U, bit <<= 1U), ...);
  return found;
}

template <class... States>
constexpr std::uint32_t bits_of = (bit_of<States>(static_cast<const instance_state::any*>(nullptr)) | ... |
                                   0U);

// The table of the header, in the order of the variant.
constexpr std::array<std::uint32_t, std::variant_size_v<instance_state::any>> successors = {
    bits_of<idle, leaving>,                            // starting
    bits_of<on_probation, idle, leaving>,              // adopting
    bits_of<on_probation, idle, committing, leaving>,  // loading
    bits_of<idle, committing, leaving>,                // on_probation
    bits_of<committing, leaving>,                      // idle
    bits_of<idle>,                                     // committing
    bits_of<>,                                         // leaving
};

}  // namespace
}  // namespace instance_states

void instance_state::enter(any next) {
  const std::uint32_t bit = 1U << next.index();
  detail::ensure((instance_states::successors[current_.index()] & bit) != 0,
                 "an instance changes its state by the table");
  current_ = std::move(next);
}

void instance_state::ensure_is(bool expected) {
  detail::ensure(expected, "an instance is in the state that the message is for");
}

}  // namespace duroxide::internal
