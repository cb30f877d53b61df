#include "duroxide/log.hpp"

#include "duroxide/detail/log_hook.hpp"
#include "duroxide/detail/mutex.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <utility>

namespace duroxide {

namespace detail {

constinit std::atomic<bool> has_log_hook = false;

namespace {

constinit thread_local bool is_in_log_hook = false;

using log_hook_ptr = std::shared_ptr<log_hook_entry>;

// The one place of the hook. A call is counted while the lock is held, so that whoever has taken an entry
// out knows of all its calls.
class log_hook_place {
public:
  log_hook_ptr begin_call() DUROXIDE_EXCLUDES(mutex_) {
    const shared_lock lock(mutex_);
    if (entry_) ++entry_->calls;
    return entry_;
  }

  log_hook_ptr exchange(log_hook_ptr entry) DUROXIDE_EXCLUDES(mutex_) {
    const lock_guard lock(mutex_);
    has_log_hook = entry != nullptr;
    entry_.swap(entry);
    return entry;
  }

private:
  shared_mutex mutex_;
  log_hook_ptr entry_ DUROXIDE_GUARDED_BY(mutex_);
};

// Never destroyed: threads that the engine has abandoned may log as long as the process lives.
log_hook_place& hook_place() {
  static auto& place = *new log_hook_place;
  return place;
}

void end_log_hook_call(log_hook_entry& entry) noexcept {
  if (--entry.calls == 0) entry.calls.notify_all();
}

void wait_for_calls(const log_hook_entry& entry) noexcept {
  for (auto calls = entry.calls.load(); calls != 0; calls = entry.calls.load()) entry.calls.wait(calls);
}

log_hook_ptr entry_for(log_hook hook, trace_level least) {
  if (!hook) return nullptr;
  auto entry = std::make_shared<log_hook_entry>();
  entry->call = std::move(hook);
  entry->least = least;
  return entry;
}

// Gives the entry before, in which no call is under way unless this is called by a hook.
log_hook_ptr replace_log_hook(log_hook_ptr entry) {
  log_hook_ptr before = hook_place().exchange(std::move(entry));
  if (before && !is_in_log_hook) wait_for_calls(*before);
  return before;
}

// A thread whose call has just ended may still hold the entry, but it must not be the one that destroys the hook.
void destroy_hook_of(const log_hook_ptr& entry) {
  if (entry && !is_in_log_hook) entry->call = nullptr;
}

}  // namespace

log_hook_call::log_hook_call() : entry_(is_in_log_hook ? nullptr : hook_place().begin_call()) {
  if (entry_) is_in_log_hook = true;
}

log_hook_call::~log_hook_call() {
  if (!entry_) return;
  is_in_log_hook = false;
  end_log_hook_call(*entry_);
}

}  // namespace detail

std::string to_text(const log_value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using type = std::decay_t<decltype(v)>;
        if constexpr (std::same_as<type, std::string>) {
          return v;
        } else if constexpr (std::same_as<type, bool>) {
          return v ? "true" : "false";
        } else {
          std::array<char, 64> text{};
          const auto end = std::to_chars(text.data(), text.data() + text.size(), v).ptr;
          return {text.data(), end};
        }
      },
      value);
}

std::string_view to_string(trace_level level) noexcept {
  switch (level) {
  case trace_level::debug: return "debug";
  case trace_level::info: return "info";
  case trace_level::warn: return "warn";
  case trace_level::error: break;
  }
  return "error";
}

const log_value* log_record::field(std::string_view name) const noexcept {
  const auto found = std::ranges::find(fields, name, &log_field::name);
  return found == fields.end() ? nullptr : &found->value;
}

void set_log_hook(log_hook hook, trace_level least) {
  detail::destroy_hook_of(detail::replace_log_hook(detail::entry_for(std::move(hook), least)));
}

scoped_log_hook::scoped_log_hook(log_hook hook, trace_level least)
    : before_(detail::replace_log_hook(detail::entry_for(std::move(hook), least))) {}

scoped_log_hook::~scoped_log_hook() { detail::destroy_hook_of(detail::replace_log_hook(std::move(before_))); }

}  // namespace duroxide
