// What goes wrong in a simulation, and how often.
#pragma once

#include "actors/testing/dice.hpp"
#include "actors/testing/guarded_store.hpp"
#include "actors/testing/world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace duroxide::simulation {

// Each once in so many times; 0: never.
struct fault_rates {
  std::uint64_t refused = 0;         // an operation of the store is not done
  std::uint64_t in_doubt = 0;        // ... or may have been done: half of the time it was
  std::uint64_t lost_wake_up = 0;    // a watch does not hear of a change
  std::uint64_t crash_at_write = 0;  // a process dies before or after an operation that writes
  std::uint64_t crash = 0;           // a process dies between two steps of the world
  std::uint64_t freeze = 0;          // a process stands still for up to 40 s
  std::uint64_t slow = 0;            // an actor waits for up to 3 s
  std::uint64_t clock = 0;           // a process's wall clock is set
  std::uint64_t stop = 0;            // a process is stopped gracefully
};

// Drawn anew for each seed: most have a few kinds of faults, some have all, some none.
fault_rates draw_rates(internal::dice& chance);

// How many of each kind there were.
using fault_counts = std::map<std::string, std::uint64_t>;

// The store of one process, as the rates have it. `enabled` may be turned off, and the rest is calm.
class faulty_guard final : public internal::store_guard {
public:
  // `noted` is told of each fault, by its kind, and of each operation that was done.
  using noting = std::function<void(const std::string& occurrence, bool is_fault)>;

  faulty_guard(std::shared_ptr<internal::world::process> process, const fault_rates& rates,
               const bool& enabled, internal::dice& chance, noting noted);

  std::optional<store_error> before(std::string_view operation, bool writes) override;
  std::optional<store_error> after(std::string_view operation) override;
  bool hears() override;

private:
  bool happens(std::uint64_t rate, const char* kind, std::string_view operation);
  store_error fail(commit_certainty certainty, std::string_view operation) const;

  std::shared_ptr<internal::world::process> process_;
  const fault_rates& rates_;
  const bool& enabled_;
  internal::dice& chance_;
  noting noted_;
};

}  // namespace duroxide::simulation
