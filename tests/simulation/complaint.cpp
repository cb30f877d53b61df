#include "tests/simulation/complaint.hpp"

#include "tests/simulation/last_words.hpp"

#include <algorithm>
#include <deque>
#include <fstream>
#include <ostream>
#include <set>

namespace duroxide::simulation {

namespace {

// The last lines of those that come.
class tail {
public:
  explicit tail(std::size_t length) : length_(length) {}

  void add(std::string line) {
    lines_.push_back(std::move(line));
    if (lines_.size() > length_) lines_.pop_front();
  }
  void show(std::ostream& to) const {
    for (const std::string& line : lines_) to << "    " << line << "\n";
  }

private:
  const std::size_t length_;
  std::deque<std::string> lines_;
};

bool is_about_an_actor(const std::string& line) { return line.find(": actor ") != std::string::npos; }

std::set<std::string> names_in(const std::vector<finding>& found) {
  std::set<std::string> names;
  for (const finding& each : found)
    if (!each.instance.empty()) names.insert("'" + each.instance + "'");
  return names;
}

}  // namespace

void complain(std::ostream& to, std::uint64_t seed, const std::vector<finding>& found) {
  to << "seed " << seed << " FAILED\n";
  for (const finding& each : found) to << "  " << each.text << "\n";
  to << "  reproduce: " << command_for(seed) << std::endl;
}

void show_trace(std::ostream& to, const std::string& log_file, const std::vector<finding>& found) {
  const std::set<std::string> names = names_in(found);
  tail about_them(40);
  tail until_calm(15);
  tail last(25);
  bool is_calm = false;
  std::ifstream lines(log_file);
  for (std::string line; std::getline(lines, line);) {
    if (is_about_an_actor(line)) continue;
    const auto is_in_line = [&](const std::string& name) { return line.find(name) != std::string::npos; };
    if (std::ranges::any_of(names, is_in_line)) about_them.add(line);
    if (!is_calm) until_calm.add(line);
    is_calm |= line.ends_with("no more faults");
    last.add(std::move(line));
  }
  to << "  the trace is in " << log_file << "; of what failed:\n";
  about_them.show(to);
  if (is_calm) {
    to << "  the last lines with faults:\n";
    until_calm.show(to);
  }
  to << "  the last lines of all:\n";
  last.show(to);
  to << std::flush;
}

}  // namespace duroxide::simulation
