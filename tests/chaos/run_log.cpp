#include "tests/chaos/run_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace duroxide::chaos {

namespace {

// An outcome is held by its node until it is committed; on a machine that is busy that takes a while.
// So does it until a node that was in trouble has noticed.
constexpr moment grace = 5000;

}  // namespace

moment now() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_boot).count();
}

run_notes::run_notes(const std::string& file, std::string node)
    : node_(std::move(node)), file_(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw std::runtime_error("no notes can be made in " + file);
}

run_notes::~run_notes() { ::close(file_); }

void run_notes::add(const std::string& activity, const char* mark) const {
  const std::string line = node_ + " " + activity + " " + mark + " " + std::to_string(now()) + "\n";
  if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
}

run_log::run_log(const std::string& file) {
  std::ifstream from(file);
  std::string node;
  std::string activity;
  std::string mark;
  moment time = 0;
  while (from >> node >> activity >> mark >> time) {
    auto& runs = runs_[activity];
    const auto open =
        std::ranges::find_if(runs, [&](const run& each) { return each.node == node && !each.ends; });
    if (mark == "begins")
      runs.push_back({node, time, std::nullopt});
    else if (open != runs.end())
      open->ends = time;
  }
  for (auto& [id, runs] : runs_) std::ranges::stable_sort(runs, {}, &run::begins);
}

std::size_t run_log::repeated() const {
  std::size_t count = 0;
  for (const auto& [activity, runs] : runs_) count += runs.size() - 1;
  return count;
}

bool run_log::was_touched(const run& candidate, const trouble& cause) {
  if (!cause.explains_repetition || (!cause.node.empty() && cause.node != candidate.node)) return false;
  const bool was_over = candidate.ends && *candidate.ends + grace < cause.from;
  return !was_over && candidate.begins <= cause.until + grace;
}

std::vector<std::string> run_log::doubled(const std::vector<trouble>& troubles) const {
  std::vector<std::string> found;
  for (const auto& [activity, runs] : runs_)
    for (std::size_t i = 1; i < runs.size(); ++i) {
      const run& first = runs[i - 1];
      const run& again = runs[i];
      const bool is_explained = std::ranges::any_of(troubles, [&](const trouble& each) {
        return each.from <= again.begins && (was_touched(first, each) || was_touched(again, each));
      });
      if (!is_explained)
        found.push_back(activity + " was run by " + first.node + " at " + std::to_string(first.begins) +
                        " and by " + again.node + " at " + std::to_string(again.begins));
    }
  return found;
}

}  // namespace duroxide::chaos
