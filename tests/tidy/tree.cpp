#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fs = std::filesystem;

namespace tidy {

namespace {

constexpr std::array layers{"api", "runtime", "persistence", "actors", "tests", "bench"};
constexpr std::array extensions{".hpp", ".cpp", ".sql", ".cmake", ".txt", ".md"};

source read(const fs::path& root, const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {path.lexically_relative(root).generic_string(),
          std::string(std::istreambuf_iterator<char>(file), {})};
}

std::vector<source> read_all(const fs::path& root) {
  std::vector<source> found;
  for (const auto* layer : layers) {
    // A folder that is missing is an error here: a lint that looked at nothing must not pass.
    for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
      const auto extension = entry.path().extension();
      const bool wanted = std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
      if (wanted && entry.is_regular_file()) found.push_back(read(root, entry.path()));
    }
  }
  std::sort(found.begin(), found.end(), [](const source& a, const source& b) { return a.path < b.path; });
  return found;
}

}  // namespace

const std::vector<source>& tree() {
  static const auto files = read_all(DUROXIDE_SOURCE_DIR);
  return files;
}

std::string finding(const source& file, std::size_t line, std::string_view complaint) {
  return file.path + ":" + std::to_string(line) + ": " + std::string(complaint) + "\n";
}

std::string findings_in_tree(lint check) {
  std::string findings;
  for (const auto& file : tree()) findings += check(file);
  return findings;
}

}  // namespace tidy
