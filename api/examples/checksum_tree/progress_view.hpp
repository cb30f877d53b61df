// Progress as people like to see it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace checksum_tree {

// How much of a job is done. Its custom status is this as text: "done/total".
struct done_of_total {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};
done_of_total parse_progress(const std::optional<std::string>& custom_status);

// A bar on a terminal, lines elsewhere, on standard output.
class progress_view {
public:
  progress_view();
  void show(done_of_total now);
  // Leaves the line that the bar is in.
  void finish();

private:
  bool is_terminal_;
  bool is_open_ = false;
};

}  // namespace checksum_tree
