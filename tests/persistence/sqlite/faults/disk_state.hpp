// What is safe on a disk, what is only on its way to it, and what a power cut may leave of both.
#pragma once

#include "tests/persistence/sqlite/faults/dice.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace duroxide::persistence_tests {

// Contents by file name. All files lie in one folder.
using disk_image = std::map<std::string, std::string>;
// The same for equal images, and most likely another one for others.
std::string fingerprint(const disk_image& image);

enum class disk_change : std::uint8_t {
  create,
  remove,
  write,
  truncate,
  sync,         // what was written to the file before is safe
  failed_sync,  // each thing that was written to the file before is safe or gone; no later sync brings it
                // back
  sync_folder,  // what was created and removed before is safe
};

struct disk_event {
  disk_change what = disk_change::sync;
  std::uint64_t file = 0;    // a number that is never used again; without meaning for sync_folder
  std::string name;          // create, remove
  std::uint64_t offset = 0;  // write; truncate: the new size
  std::string bytes;         // write
};

class disk_state {
public:
  // The files are safe, and numbered from 0 in their order.
  explicit disk_state(const disk_image& files);

  void happen(const disk_event& event);

  // The disk after a power cut now. With seed 0 all that was not synced is lost, with seed 1 it is all there.
  // With any other seed each sector (of 512 or 4096 bytes) is there, lost or torn, either in the order of
  // writing up to some point or in no order; space that a lost write would have filled may hold anything; and
  // each creation, removal and truncation is there or lost.
  disk_image cut(std::uint64_t seed) const;

private:
  template <class Which> void settle(Which is_meant);
  void settle_by_chance(std::uint64_t file);

  struct safe_files {
    void apply(const disk_event& event);

    std::map<std::uint64_t, std::string> contents;  // by file
    std::map<std::string, std::uint64_t> names;
  };
  class tearing;

  safe_files safe_;
  std::vector<disk_event> waiting_;
  std::uint64_t happened_ = 0;
};

}  // namespace duroxide::persistence_tests
