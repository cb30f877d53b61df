// A process that dies at one of its writes to the store.
#pragma once

#include "duroxide/testing/environment.hpp"
#include "actors/testing/commit_text.hpp"
#include "actors/testing/guarded_store.hpp"
#include "actors/testing/world.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace duroxide::internal {

// Counts the writes of a process, and lets it die at one of them.
class crashing_guard final : public store_guard {
public:
  struct count {
    std::uint64_t writes = 0;
    std::string last;
    std::string fatal;
    std::optional<testing::crash_point> crash;
  };

  crashing_guard(std::shared_ptr<world::process> process, count& counted)
      : process_(std::move(process)), counted_(counted) {}

  std::optional<store_error> before(std::string_view operation, bool writes) override {
    if (process_->dead) return died();
    if (!writes || !is_crash_point(operation)) return std::nullopt;
    ++counted_.writes;
    counted_.last = operation == "commit" ? "commit: " + content_ : std::string(operation);
    return crash_if(false);
  }
  void about_to_commit(const commit_batch& batch) override { content_ = describe(batch); }
  std::optional<store_error> after(std::string_view operation) override {
    return is_crash_point(operation) ? crash_if(true) : std::nullopt;
  }
  bool hears() override { return !process_->dead; }

private:
  static store_error died() {
    return {commit_certainty::fenced, error_kind::store_unavailable, "the simulated process has died"};
  }
  std::optional<store_error> crash_if(bool after) {
    if (!counted_.crash || counted_.crash->after != after || counted_.crash->write != counted_.writes)
      return std::nullopt;
    counted_.crash.reset();
    counted_.fatal = counted_.last;
    process_->dead = true;
    return died();
  }

  std::shared_ptr<world::process> process_;
  count& counted_;
  std::string content_;  // of the commit that comes next
};

}  // namespace duroxide::internal
