#include "tests/simulation/faults.hpp"

#include <utility>

namespace duroxide::simulation {

namespace {

// What cannot be in doubt: whoever does it looks for itself what is true, or does it again.
bool can_be_in_doubt(std::string_view operation) {
  return operation == "commit" || operation == "claim_activities" || operation == "release_activities" ||
         operation == "release_shards" || operation == "relocate";
}

}  // namespace

fault_rates draw_rates(internal::dice& chance) {
  fault_rates rates;
  const auto draw = [&](std::uint64_t least, std::uint64_t most) {
    return chance.once_in(2) ? least + chance.below(most - least) : std::uint64_t{0};
  };
  rates.refused = draw(10, 200);
  rates.in_doubt = draw(30, 300);
  rates.lost_wake_up = draw(2, 20);
  rates.crash_at_write = draw(60, 400);
  rates.crash = draw(1000, 8000);
  rates.freeze = draw(1000, 8000);
  rates.slow = draw(50, 500);
  rates.clock = draw(500, 4000);
  rates.stop = draw(1500, 8000);
  // One in four is gentle: nothing excuses that an activity runs twice then.
  if (chance.once_in(4)) rates = {.lost_wake_up = rates.lost_wake_up, .slow = rates.slow, .stop = rates.stop};
  return rates;
}

faulty_guard::faulty_guard(std::shared_ptr<internal::world::process> process, const fault_rates& rates,
                           const bool& enabled, internal::dice& chance, noting noted)
    : process_(std::move(process)), rates_(rates), enabled_(enabled), chance_(chance),
      noted_(std::move(noted)) {}

bool faulty_guard::happens(std::uint64_t rate, const char* kind, std::string_view operation) {
  if (!enabled_ || rate == 0 || !chance_.once_in(rate)) return false;
  noted_(std::string(kind) + ": " + std::string(operation), true);
  return true;
}

store_error faulty_guard::fail(commit_certainty certainty, std::string_view operation) const {
  return {certainty, error_kind::store_unavailable, "simulated failure of " + std::string(operation)};
}

std::optional<store_error> faulty_guard::before(std::string_view operation, bool writes) {
  if (process_->dead) return fail(commit_certainty::fenced, operation);
  if (writes && happens(rates_.crash_at_write, "crash before write", operation)) {
    process_->dead = true;
    return fail(commit_certainty::fenced, operation);
  }
  if (happens(rates_.refused, "refused", operation)) return fail(commit_certainty::not_done, operation);
  if (can_be_in_doubt(operation) && happens(rates_.in_doubt, "in doubt, not done", operation))
    return fail(commit_certainty::unknown, operation);
  return std::nullopt;
}

std::optional<store_error> faulty_guard::after(std::string_view operation) {
  noted_(std::string(operation), false);
  if (happens(rates_.crash_at_write, "crash after write", operation)) {
    process_->dead = true;
    return fail(commit_certainty::fenced, operation);
  }
  if (can_be_in_doubt(operation) && happens(rates_.in_doubt, "in doubt, done", operation))
    return fail(commit_certainty::unknown, operation);
  return std::nullopt;
}

bool faulty_guard::hears() {
  return !process_->dead && !happens(rates_.lost_wake_up, "lost wake-up", "watch");
}

}  // namespace duroxide::simulation
