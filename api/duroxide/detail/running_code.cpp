#include "duroxide/detail/running_code.hpp"

#include "duroxide/errors.hpp"

#include <utility>

namespace duroxide::detail {

namespace {

thread_local const running_code* on_this_thread = nullptr;

}  // namespace

std::string code_position::text() const {
  const std::uint32_t line = line_.load(std::memory_order_acquire);
  const char* file = file_.load(std::memory_order_acquire);
  if (line == 0 || file == nullptr) return {};
  std::string_view name = file;
  if (const auto folder = name.rfind('/'); folder != name.npos) name.remove_prefix(folder + 1);
  return std::string(name) + ":" + std::to_string(line);
}

running_code::running_code(const std::string& orchestration, const std::string& instance) noexcept
    : orchestration_(&orchestration), instance_(&instance), outer_(std::exchange(on_this_thread, this)) {}

running_code::~running_code() { on_this_thread = outer_; }

void require_outside_orchestrations(std::string_view what) {
  if (on_this_thread == nullptr) return;
  throw configuration_error(error_kind::invalid_argument,
                            std::string(what) + " cannot be used inside an orchestration (here '" +
                                on_this_thread->orchestration() + "', instance '" +
                                on_this_thread->instance() +
                                "'): what it does is not recorded, and all other instances would wait "
                                "meanwhile; do it in an activity, and await that");
}

}  // namespace duroxide::detail
