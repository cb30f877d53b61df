// Which node ran which activity: what the node programs of a test have noted.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace duroxide::cluster_tests {

struct activity_run {
  std::string node;
  std::string activity;  // its id
};

class activity_runs {
public:
  // As they stand in `file` now, in the order in which they began.
  explicit activity_runs(const std::string& file);

  std::size_t count() const { return runs_.size(); }
  std::size_t count_by(const std::string& node) const;
  std::size_t count_of(const std::string& activity) const;
  // Those of one instance, all its activities together.
  std::size_t count_in(const std::string& instance) const;
  // Each counted once.
  std::size_t activities() const;

  // Runs beyond the first are there for one reason: that of `died` one held the activity. A line
  // for each activity that others than those ran more than once.
  std::string unexplained(const std::set<std::string>& died) const;

private:
  std::vector<activity_run> runs_;
};

}  // namespace duroxide::cluster_tests
