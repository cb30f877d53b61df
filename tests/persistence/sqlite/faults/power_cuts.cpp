// What a store keeps when the power is cut at any moment.
#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/faults/cutting.hpp"
#include "tests/persistence/sqlite/faults/figures.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace duroxide;
using namespace duroxide::persistence_tests;

namespace {

std::string named(const past& lived, const power_cut& cut) {
  return "power cut after " + std::to_string(cut.events) + " of " + std::to_string(lived.events.size()) +
         " events, seed " + std::to_string(cut.seed);
}

// Whether it is what was acknowledged, perhaps with the one step that was on its way.
bool is_kept(const past& lived, std::size_t acknowledged, const std::string& found) {
  const std::size_t next = std::min(acknowledged + 1, lived.milestones.size() - 1);
  return found == lived.milestones[acknowledged].contents || found == lived.milestones[next].contents;
}

// Fails unless every cut leaves a store that is well, and what was acknowledged in it.
void cut_everywhere(faulty_disk& disk, const past& lived, const cut_plan& plan) {
  for_each_cut(lived, plan, [&](const power_cut& cut, const disk_image& left) {
    INFO(named(lived, cut));
    disk.put(left);
    REQUIRE(is_kept(lived, cut.acknowledged, goes_on(disk)));
  });
}

}  // namespace

LAW("after a power cut at any moment all that was acknowledged is there, and no step by halves") {
  faulty_disk disk;
  const past day = live_through(disk, working_day());
  cut_everywhere(disk, day, {4});
}

LAW("a second power cut while a store recovers from the first one loses nothing either") {
  faulty_disk disk;
  const past day = live_through(disk, working_day());
  for_each_cut(day, {2, 13}, [&](const power_cut& first, const disk_image& left) {
    INFO(named(day, first));
    disk.put(left);
    const past recovery = live_through(disk, day_after());
    REQUIRE(is_kept(day, first.acknowledged, recovery.milestones.front().contents));
    for_each_cut(recovery, {3, 5}, [&](const power_cut& second, const disk_image& left_again) {
      INFO(named(recovery, second));
      ++figures().second_disks;
      disk.put(left_again);
      const auto store = persistence::sqlite::store::open(disk.file(store_name), {});
      REQUIRE(is_kept(recovery, second.acknowledged, contents(*store->writing())));
    });
  });
}

LAW("a process that was there before a power cut acknowledges nothing after it, and harms nobody") {
  faulty_disk disk;
  const std::string path = disk.file(store_name);
  const past day = live_through(disk, working_day());
  for (std::size_t events = 1;; events += 9) {
    INFO("power cut after " << events << " events");
    disk.put({});
    disk.cut_power_at(events);
    process old{path};
    std::size_t done = 0;
    while (done < working_day().size() && !working_day()[done].run(old)) ++done;
    if (done == working_day().size()) break;  // before that many events
    REQUIRE_FALSE(disk.has_power());
    if (old.client) CHECK_FALSE(old.client->status("p").has_value());

    disk.power_on(events);
    REQUIRE(is_kept(day, done == 0 ? 0 : done - 1, goes_on(disk)));
    if (old.writer) CHECK_FALSE(old.writer->commit(a_new_instance("late")).has_value());
    if (old.client) CHECK_FALSE(old.client->start(conformance::start_of("late")).has_value());
    old = process{path};
    const auto now = persistence::sqlite::store::open(path, {});
    CHECK(now->reading()->value<int>("select count(*) from instances where id = 'next'") == 1);
    CHECK(now->reading()->value<int>("select count(*) from instances where id = 'late'") == 0);
  }
}

LAW("with less durability a power cut takes the last commits, and never a part of one") {
  faulty_disk disk;
  const past day = live_through(disk, working_day(), {sqlite_durability::survives_process_crash_only});
  std::size_t lost = 0;
  for_each_cut(day, {3, 3}, [&](const power_cut& cut, const disk_image& left) {
    INFO(named(day, cut));
    disk.put(left);
    const std::string found = goes_on(disk);
    lost += is_kept(day, cut.acknowledged, found) ? 0 : 1;
    std::size_t kept = cut.acknowledged + 1;
    while (kept > 0 && !is_kept(day, kept - 1, found)) --kept;
    REQUIRE(kept > 0);
  });
  CHECK(lost > 0);
}
