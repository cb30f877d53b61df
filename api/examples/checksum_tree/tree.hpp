// The files of a directory tree, in pages.
#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace checksum_tree {

// A file, or a directory that cannot be read (its path ends with a slash). Paths are relative to the root of
// the tree and may be any bytes.
struct entry {
  std::string path;
  std::string digest;   // hexadecimal; empty until it is known
  std::string problem;  // why there is no digest
};
BOOST_DESCRIBE_STRUCT(entry, (), (path, digest, problem))

struct page_request {
  std::string root;
  std::string after;  // what follows the last path of the page before
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};
BOOST_DESCRIBE_STRUCT(page_request, (), (root, after, limit))

struct page {
  std::vector<entry> entries;
  std::uint64_t skipped = 0;  // symbolic links, sockets, pipes and devices
  std::string last;           // the path to go on after
  bool is_last = false;
};
BOOST_DESCRIBE_STRUCT(page, (), (entries, skipped, last, is_last))

// The next files of `find ROOT -type f | LC_ALL=C sort`: regular files, links not followed, ordered by the
// bytes of their paths. What cannot be listed becomes an entry with a problem.
page list_page(const page_request& request);

}  // namespace checksum_tree
