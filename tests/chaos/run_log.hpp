// Which node ran which activity when, and which of those runs were one too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::chaos {

// Milliseconds on a clock that all processes of this machine share.
using moment = std::int64_t;
moment now();

// A node's part: lines in a file that all nodes write. A line is written at once, and stays if the process
// dies. Any thread may call its members.
class run_notes {
public:
  run_notes(const std::string& file, std::string node);
  run_notes(const run_notes&) = delete;
  run_notes& operator=(const run_notes&) = delete;
  ~run_notes();

  void begins(const std::string& activity) const { add(activity, "begins"); }
  void ends(const std::string& activity) const { add(activity, "ends"); }

private:
  void add(const std::string& activity, const char* mark) const;

  std::string node_;
  int file_;
};

// Something that was done to a node, or to all of them.
struct trouble {
  std::string node;  // empty: all
  std::string kind;
  moment from = 0;
  moment until = 0;
  // A node that is stopped in order leaves nothing to be run again.
  bool explains_repetition = true;
};

// Everything that the nodes have noted.
class run_log {
public:
  explicit run_log(const std::string& file);

  std::size_t activities() const { return runs_.size(); }
  // Runs of an activity beyond its first one.
  std::size_t repeated() const;
  // A line for each run beyond the first that no trouble explains: one that came while the run before or this
  // one was held by its node.
  std::vector<std::string> doubled(const std::vector<trouble>& troubles) const;

private:
  struct run {
    std::string node;
    moment begins = 0;
    std::optional<moment> ends;
  };
  static bool was_touched(const run& candidate, const trouble& cause);

  std::map<std::string, std::vector<run>> runs_;  // by activity, in the order in which they began
};

}  // namespace duroxide::chaos
