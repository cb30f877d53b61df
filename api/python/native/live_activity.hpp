// The state behind the context of an activity in Python.
#pragma once

#include <duroxide/activity_context.hpp>
#include "api/python/native/gil.hpp"

#include <memory>
#include <optional>
#include <string>

namespace duroxide::python {

// Alive until the activity has ended; then reading functions give nothing, and the others do nothing. The GIL
// guards it.
class live_activity {
public:
  // Of an activity that runs on a worker's thread: the context lives until the handler returns.
  explicit live_activity(activity_context& context) : context_(&context) {}
  // Of one that runs on an event loop.
  explicit live_activity(std::shared_ptr<activity_context> context)
      : kept_(std::move(context)), context_(kept_.get()) {}

  // The context of the package for it.
  static py::object in_python(const std::shared_ptr<live_activity>& activity);

  void end() {
    context_ = nullptr;
    kept_.reset();
  }

  bool is_cancelled() const { return context_ != nullptr && context_->is_cancelled(); }
  bool wait_for_cancellation(const std::optional<std::int64_t>& timeout_ms) const;
  void heartbeat(const std::string& details);
  std::uint32_t attempt() const { return context_ != nullptr ? context_->attempt() : 0; }
  std::uint32_t deliveries() const { return context_ != nullptr ? context_->deliveries() : 0; }
  std::string activity_id() const { return context_ != nullptr ? context_->activity_id() : std::string(); }
  py::object client() const;
  void trace(int level, const std::string& text) const;

private:
  std::shared_ptr<activity_context> kept_;
  activity_context* context_;
};

void bind_live_activity(py::module_& module);

}  // namespace duroxide::python
