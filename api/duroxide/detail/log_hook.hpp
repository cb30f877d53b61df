// How the engine reaches the hook that the program has set for the log.
#pragma once

#include "duroxide/log.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace duroxide::detail {

struct log_hook_entry {
  log_hook call;
  trace_level least = trace_level::debug;
  std::atomic<std::uint32_t> calls = 0;  // under way
};

// Whether there is a hook. A hint, by which lines cost nothing more than before where there is none.
extern std::atomic<bool> has_log_hook;

// One call of the hook that is set: while it lives, nobody who replaces the hook comes back. Empty where there is
// none, and on a thread that is in a hook already.
class log_hook_call {
public:
  log_hook_call();
  log_hook_call(const log_hook_call&) = delete;
  log_hook_call& operator=(const log_hook_call&) = delete;
  ~log_hook_call();

  explicit operator bool() const noexcept { return entry_ != nullptr; }
  bool wants(trace_level level) const noexcept { return level >= entry_->least; }
  void pass(const log_record& record) const { entry_->call(record); }

private:
  std::shared_ptr<log_hook_entry> entry_;
};

// False if there is no hook, so that the line is for spdlog. `make` gives the record, and is called only for a hook
// that wants records of this level.
template <class Make> bool pass_to_log_hook(trace_level level, const Make& make) noexcept {
  if (!has_log_hook.load(std::memory_order_relaxed)) return false;
  try {
    const log_hook_call hook;
    if (!hook) return false;
    if (hook.wants(level)) hook.pass(make());
  } catch (...) {  // a log that fails must not make the engine fail
  }
  return true;
}

}  // namespace duroxide::detail
