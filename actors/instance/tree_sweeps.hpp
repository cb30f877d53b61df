// Cancelling what is left of a tree whose root has ended, all levels together.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "actors/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace duroxide::internal {

struct node_context;

// Which trees are being swept. An instance that is cancelled cancels its children, so that nothing depends on this;
// but that takes a commit for each level. Any thread may call.
class tree_sweeps {
public:
  // An instance that is cancelled so many levels below its root, or twice as many, ..., has its tree swept:
  // others have few levels, and are done before a sweep is.
  static constexpr std::uint32_t worth_it = 16;

  // Sweeps the tree, unless that was begun a short while ago.
  static void sweep(const std::shared_ptr<const node_context>& context, std::uint64_t root);

private:
  bool begins(std::uint64_t root, steady_time now);

  detail::mutex mutex_;
  std::unordered_map<std::uint64_t, steady_time> begun_ DUROXIDE_GUARDED_BY(mutex_);  // by root
};

}  // namespace duroxide::internal
