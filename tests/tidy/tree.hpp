#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// A text file of the project. Its path is relative to the source tree and has forward slashes.
struct source {
  std::string path;
  std::string text;

  bool is_under(std::string_view folder) const { return path.starts_with(folder); }
  bool is_header() const { return path.ends_with(".hpp"); }
  bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }
};

// The text files of all layers, sorted by path; read once.
const std::vector<source>& tree();

// One finding, in the form in which compilers print theirs.
std::string finding(const source& file, std::size_t line, std::string_view complaint);

// A lint gives the findings in one file, a line for each; an empty text is a clean file.
using lint = std::string(const source&);

std::string findings_in_tree(lint check);

}  // namespace tidy
