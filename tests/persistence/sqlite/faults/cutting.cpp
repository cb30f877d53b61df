#include "tests/persistence/sqlite/faults/cutting.hpp"

#include "tests/persistence/sqlite/faults/figures.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace duroxide::persistence_tests {

namespace {

std::uint64_t seed_number(std::uint64_t i) {
  if (i < 2) return i;
  const char* wanted = std::getenv("DUROXIDE_TEAR_SEED");
  return i - 2 + (wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 2);
}

// Files of which SQLite's file system does not tell: what they hold after a cut must not matter.
void add_litter(disk_image& image, std::uint64_t seed) {
  if (seed % 3 == 0) return;
  image[std::string(store_name) + "-shm"] = std::string(32768, static_cast<char>(seed));
  image[std::string(store_name) + "-lock"] = std::string(seed % 5, '\0');
}

}  // namespace

void for_each_cut(const past& lived, const cut_plan& plan,
                  const std::function<void(const power_cut&, const disk_image&)>& look) {
  std::set<std::string> seen;
  figures().seeds = std::max(figures().seeds, plan.seeds);
  std::size_t acknowledged = 0;
  disk_state state(lived.before);
  for (std::size_t events = 0; events <= lived.events.size(); ++events) {
    if (events != 0) state.happen(lived.events[events - 1]);
    if (events % plan.every != 0) continue;
    while (acknowledged + 1 < lived.milestones.size() && lived.milestones[acknowledged + 1].events <= events)
      ++acknowledged;
    ++figures().moments;
    for (std::uint64_t i = 0; i < plan.seeds; ++i) {
      const std::uint64_t seed = seed_number(i);
      disk_image image = state.cut(seed);
      ++figures().cuts;
      if (!seen.insert(std::to_string(acknowledged) + fingerprint(image)).second) continue;
      ++figures().disks;
      add_litter(image, seed);
      look({events, seed, acknowledged}, image);
    }
  }
}

}  // namespace duroxide::persistence_tests
