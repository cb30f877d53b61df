#include "tests/testing/mortal_process.hpp"

#include <chrono>

namespace duroxide::test {

namespace {

using namespace std::chrono_literals;

store_error died() {
  return {commit_certainty::fenced, error_kind::store_unavailable, "this process has died"};
}

// As few things side by side as can be, so that most runs make the same writes.
runtime_options hasty() {
  runtime_options options;
  options.orchestration_concurrency = 1;
  options.worker_concurrency = 1;
  options.journal_lanes = 1;
  options.verify_replay = true;
  options.worker_tag_filter = tag_filter::any();
  options.shutdown_timeout = 0ms;
  options.activity_cancellation_grace_period = 5s;
  return options;
}

}  // namespace

std::optional<store_error> deadly_guard::before(std::string_view operation, bool writes) {
  if (dead_) return died();
  if (!writes || !internal::is_crash_point(operation)) return std::nullopt;
  const std::uint64_t number = ++writes_;
  if (!fatal_ || fatal_->number != number) return std::nullopt;
  if (fatal_->after) {
    last_written_by_ = std::this_thread::get_id();
    return std::nullopt;
  }
  dead_ = true;
  return died();
}

std::optional<store_error> deadly_guard::after(std::string_view) {
  if (last_written_by_.load() == std::this_thread::get_id()) dead_ = true;
  return dead_ ? std::optional(died()) : std::nullopt;
}

mortal_process::mortal_process(std::shared_ptr<provider> store,
                               const std::function<void(runtime&)>& registers,
                               std::optional<fatal_write> fatal)
    : guard_(std::make_shared<deadly_guard>(fatal)),
      runtime_(std::make_unique<runtime>(internal::guarded(std::move(store), guard_), hasty())) {
  registers(*runtime_);
  runtime_->start();
}

}  // namespace duroxide::test
