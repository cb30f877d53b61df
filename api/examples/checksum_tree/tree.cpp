#include "examples/checksum_tree/tree.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace fs = std::filesystem;

namespace checksum_tree {

namespace {

enum class kind { file, directory, other };

struct child {
  std::string name;  // of a directory: with a slash, so that names sort as whole paths do
  kind type;
};

kind kind_of(const fs::directory_entry& entry) {
  std::error_code vanished;
  if (entry.is_symlink(vanished)) return kind::other;
  if (entry.is_directory(vanished)) return kind::directory;
  return entry.is_regular_file(vanished) ? kind::file : kind::other;
}

std::vector<child> children_of(const fs::path& directory, std::error_code& failed) {
  std::vector<child> children;
  for (fs::directory_iterator entry(directory, failed); !failed && entry != fs::directory_iterator();
       entry.increment(failed)) {
    const kind type = kind_of(*entry);
    children.push_back({entry->path().filename().string() + (type == kind::directory ? "/" : ""), type});
  }
  std::ranges::sort(children, {}, &child::name);
  return children;
}

class walk {
public:
  walk(const page_request& request, page& found) : request_(request), found_(found) {}

  // False: the page is full. `directory` is empty or ends with a slash.
  bool through(const std::string& directory) {
    std::error_code failed;
    const std::vector<child> children = children_of(fs::path(request_.root) / directory, failed);
    if (failed && !take({directory, {}, failed.message()})) return false;
    return std::ranges::all_of(children,
                               [&](const child& each) { return meet(directory + each.name, each.type); });
  }

private:
  bool meet(const std::string& path, kind type) {
    if (type == kind::directory) return !may_hold_more(path) || through(path);
    if (type == kind::file) return take({path, {}, {}});
    if (path > request_.after) {
      ++found_.skipped;
      found_.last = path;
    }
    return true;
  }

  // Otherwise the whole directory was on earlier pages.
  bool may_hold_more(const std::string& directory) const {
    return directory > request_.after || request_.after.starts_with(directory);
  }

  bool take(entry each) {
    const bool is_root = each.path.empty();
    if (!is_root && each.path <= request_.after) return true;
    if (found_.entries.size() == request_.limit) return false;
    found_.last = each.path;
    found_.entries.push_back(std::move(each));
    return true;
  }

  const page_request& request_;
  page& found_;
};

}  // namespace

page list_page(const page_request& request) {
  page found;
  found.is_last = walk(request, found).through("");
  return found;
}

}  // namespace checksum_tree
