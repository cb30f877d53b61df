// The engine's own log: spdlog's default logger, so that the host program decides where it goes. Payloads and
// secrets are never logged.
#pragma once

#include <spdlog/spdlog.h>

namespace duroxide::internal {

template <class... Args> void log_warning(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::warn(format, std::forward<Args>(args)...);
}

template <class... Args> void log_error(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::error(format, std::forward<Args>(args)...);
}

}  // namespace duroxide::internal
