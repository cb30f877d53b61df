// What the disk of these tests promises, and what it does not: no less than a real one.
#include "tests/persistence/sqlite/faults/faulty_disk.hpp"
#include "tests/support/catch.hpp"

#include <set>

using namespace duroxide::persistence_tests;

namespace {

constexpr std::uint64_t many_seeds = 300;

disk_event created(std::uint64_t file, const std::string& name) {
  return {disk_change::create, file, name, 0, {}};
}
disk_event removed(std::uint64_t file, const std::string& name) {
  return {disk_change::remove, file, name, 0, {}};
}
disk_event written(std::uint64_t offset, const std::string& bytes) {
  return {disk_change::write, 0, {}, offset, bytes};
}
disk_event truncated(std::uint64_t size) { return {disk_change::truncate, 0, {}, size, {}}; }
const disk_event synced{disk_change::sync, 0, {}, 0, {}};
const disk_event sync_failed{disk_change::failed_sync, 0, {}, 0, {}};
const disk_event folder_synced{disk_change::sync_folder, 0, {}, 0, {}};

// The disks that cuts leave after these events.
std::set<disk_image> left_of(const disk_image& before, const std::vector<disk_event>& events) {
  disk_state state(before);
  for (const disk_event& each : events) state.happen(each);
  std::set<disk_image> left;
  for (std::uint64_t seed = 0; seed < many_seeds; ++seed) left.insert(state.cut(seed));
  return left;
}

using images = std::set<disk_image>;

}  // namespace

LAW("what was synced is there after every cut") {
  CHECK(left_of({{"a", "xx"}}, {written(0, "yy"), synced}) == images{{{"a", "yy"}}});
  CHECK(left_of({}, {created(0, "a"), written(0, "y"), synced, folder_synced}) == images{{{"a", "y"}}});
  CHECK(left_of({{"a", "x"}}, {removed(0, "a"), folder_synced}) == images{{}});
}

LAW("what was not synced may be there, or not, or in part") {
  const auto left = left_of({{"a", "xxxx"}}, {written(0, "yyyy")});
  CHECK(left.contains({{"a", "xxxx"}}));
  CHECK(left.contains({{"a", "yyyy"}}));
  CHECK(left.contains({{"a", "yyxx"}}));
  CHECK_FALSE(left.contains({{"a", "xxyy"}}));  // a sector is written from its beginning
  CHECK(left_of({{"a", "xxxx"}}, {truncated(2)}) == images{{{"a", "xx"}}, {{"a", "xxxx"}}});
}

LAW("the sectors of a write, and writes among each other, may come in any order") {
  const std::string old(1024, 'x');
  const std::string half(512, 'y');
  const auto left = left_of({{"a", old}}, {written(0, half), written(512, half)});
  CHECK(left.contains({{"a", half + std::string(512, 'x')}}));
  CHECK(left.contains({{"a", std::string(512, 'x') + half}}));
  CHECK(left_of({{"a", old}}, {written(0, half + half)}).contains({{"a", std::string(512, 'x') + half}}));
}

LAW("a file may have grown without the bytes that were written there") {
  const auto left = left_of({{"a", ""}}, {written(0, "yy")});
  CHECK(left ==
        images{{{"a", ""}}, {{"a", "y"}}, {{"a", "yy"}}, {{"a", std::string(2, '\0')}}, {{"a", "\xa5\xa5"}}});
}

LAW("without a sync of the folder, a file may be missing, and one that was removed may come back") {
  CHECK(left_of({}, {created(0, "a"), written(0, "y"), synced}) == images{{}, {{"a", "y"}}});
  CHECK(left_of({{"a", "x"}}, {removed(0, "a")}) == images{{}, {{"a", "x"}}});
  CHECK(left_of({{"a", "x"}}, {removed(0, "a"), created(1, "a"), folder_synced}) == images{{{"a", ""}}});
}

LAW("what a failed sync has lost is not brought back by the next one") {
  std::set<disk_image> left;
  for (int before = 0; before < 20; ++before) {
    std::vector<disk_event> events(static_cast<std::size_t>(before), synced);
    for (const disk_event& each : {written(0, "y"), sync_failed, synced}) events.push_back(each);
    left.merge(left_of({{"a", "x"}}, events));
  }
  CHECK(left == images{{{"a", "x"}}, {{"a", "y"}}});
}
