// Assertions that are on in every build.
#pragma once

#include <source_location>
#include <stdexcept>

namespace duroxide::detail {

// A defect of duroxide, or a store or handler that does not keep its promise.
class broken_invariant : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

[[noreturn]] void throw_broken_invariant(const char* promise, std::source_location where);

// Throws broken_invariant, with the promise and the place, unless the condition holds. An actor that throws
// ends before it sends or writes anything that was computed from a wrong state: an instance is then built
// anew from the store, and a node begins again if it cannot do without the actor.
inline void ensure(bool holds, const char* promise,
                   std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    throw_broken_invariant(promise, where);
}

}  // namespace duroxide::detail
