// A provider in front of another one that fails when it is told to.
#pragma once

#include "duroxide/provider.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace duroxide::testing_support {

// Asked before each commit or load: an error to give instead of asking the real store. May be called from any
// thread.
struct faults {
  // Asked before `before_commit`, with the lane that commits.
  std::function<std::optional<store_error>(std::uint32_t lane, const commit_batch&)> before_lane;
  std::function<std::optional<store_error>(const commit_batch&)> before_commit;
  // Asked after a commit that was made: an error to give although it was.
  std::function<std::optional<store_error>(const commit_batch&)> after_commit;
  // Of a turn that is the only thing in its batch: whether it is refused as stale.
  std::function<bool(const turn_commit&)> finds_stale;
  std::function<std::optional<store_error>(const std::string& instance)> before_load;
  std::function<void(loaded_instance&)> after_load;
  std::function<std::optional<store_error>()> before_fetch_queue;
  // Called around each reading of the unfinished activities.
  std::function<void()> before_fetch_activities;
  std::function<void()> after_fetch_activities;
  std::atomic<int> inbox_pages = 0;
  std::atomic<int> commits = 0;
  std::atomic<int> joins = 0;
};

std::shared_ptr<provider> with_faults(std::shared_ptr<provider> inner, std::shared_ptr<faults> injected);

}  // namespace duroxide::testing_support
