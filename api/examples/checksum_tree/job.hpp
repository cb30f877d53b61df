// The durable part: checksums of all files of a tree.
#pragma once

#include <duroxide/duroxide.hpp>

#include "examples/checksum_tree/tree.hpp"

#include <atomic>
#include <string>

namespace checksum_tree {

namespace dx = duroxide;

// How far the job is: the input of each of its executions, and in the end its output.
struct progress {
  std::string root;         // absolute
  std::uint64_t total = 0;  // entries that there are
  std::uint64_t done = 0;   // and those that have a digest or a problem
  std::uint64_t unreadable = 0;
  std::uint64_t skipped = 0;
  std::uint64_t parts = 0;  // of the report
  std::string after;        // where the next part begins
};
BOOST_DESCRIBE_STRUCT(progress, (), (root, total, done, unreadable, skipped, parts, after))

constexpr dx::orchestration<progress(progress)> checksum_tree{"ChecksumTree"};

// What must outlive the job's executions is given to instances of their own, which do nothing but keep it:
// the output of part n is the n-th page of the report.
constexpr dx::orchestration<page(page)> keep_part{"KeepPart"};
std::string part_id(const std::string& job, std::uint64_t number);

// Counts in `hashed` the files that this process hashes.
void register_job(dx::runtime& runtime, std::atomic<std::uint64_t>& hashed);

}  // namespace checksum_tree
