#include "actors/log.hpp"

#include "actors/clock.hpp"

namespace duroxide::internal {

void add_field(std::vector<log_field>& fields, std::string_view name, log_value value) {
  if (name.empty()) return;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || !text->empty()) fields.push_back({std::string(name), std::move(value)});
}

log_record make_record(std::string_view logger, trace_level level, std::string text,
                       std::vector<log_field> fields) {
  return {level, wall_clock_now(), std::string(logger), std::move(text), std::move(fields)};
}

spdlog::level::level_enum level_of(trace_level level) {
  switch (level) {
  case trace_level::debug: return spdlog::level::debug;
  case trace_level::info: return spdlog::level::info;
  case trace_level::warn: return spdlog::level::warn;
  case trace_level::error: break;
  }
  return spdlog::level::err;
}

}  // namespace duroxide::internal
