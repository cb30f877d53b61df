// The log: spdlog, so that the host program decides where it goes. Payloads and secrets are never logged by
// the engine itself.
#pragma once

#include "duroxide/detail/platform.hpp"
#include "duroxide/trace_level.hpp"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

namespace duroxide::internal {

using duroxide::detail::is_process_alive;

template <class... Args> void log_info(spdlog::format_string_t<Args...> format, Args&&... args) {
  if (is_process_alive()) spdlog::info(format, std::forward<Args>(args)...);
}

template <class... Args> void log_warning(spdlog::format_string_t<Args...> format, Args&&... args) {
  if (is_process_alive()) spdlog::warn(format, std::forward<Args>(args)...);
}

template <class... Args> void log_error(spdlog::format_string_t<Args...> format, Args&&... args) {
  if (is_process_alive()) spdlog::error(format, std::forward<Args>(args)...);
}

inline spdlog::level::level_enum level_of(trace_level level) {
  switch (level) {
  case trace_level::debug: return spdlog::level::debug;
  case trace_level::info: return spdlog::level::info;
  case trace_level::warn: return spdlog::level::warn;
  case trace_level::error: break;
  }
  return spdlog::level::err;
}

// What users' code traces goes to the logger that the host program has registered under this name, if it has,
// else to the default logger.
template <class... Args>
void log_trace(const std::string& logger, trace_level level, spdlog::format_string_t<Args...> format,
               Args&&... args) {
  auto named = spdlog::get(logger);
  (named ? named.get() : spdlog::default_logger_raw())
      ->log(level_of(level), format, std::forward<Args>(args)...);
}

}  // namespace duroxide::internal
