// The log: the program's hook (duroxide/log.hpp) if it has set one, else spdlog, so that the host program decides where
// it goes. Payloads and secrets are never logged by the engine itself.
//
// What varies in a line is given as fields, in the order in which the text wants them; behind these may stand more,
// for the hook alone:
//   log_warning("duroxide: instance '{}' cannot be run now: {}", field("instance", id), field("error", why),
//               field("shard", shard));
#pragma once

#include "duroxide/detail/log_hook.hpp"
#include "duroxide/detail/platform.hpp"
#include "duroxide/trace_level.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::internal {

using duroxide::detail::is_process_alive;

// One name for one thing, in all lines. The page on observability says what each stands for.
inline constexpr std::array<std::string_view, 20> log_field_names{
    "instance", "orchestration", "version",  "execution", "activity", "event_id",      "attempt",
    "attempts", "worker",        "node",     "shard",     "shards",   "actor",         "error",
    "reason",   "turn",          "position", "queue",     "limit_ms", "waiting_turns",
};

// One of these names; any other one does not compile.
class log_field_name {
public:
  consteval log_field_name(const char* name) : text_(name) {
    if (std::ranges::find(log_field_names, text_) == log_field_names.end()) throw "no name of a field";
  }
  constexpr std::string_view text() const noexcept { return text_; }

private:
  std::string_view text_;
};

// What a line is given: a value, for its text and for a field of this name. Without a name it is for the text alone.
template <class T> struct log_argument {
  std::string_view name;
  const T& value;
};

template <class T> log_argument<T> field(log_field_name name, const T& value) { return {name.text(), value}; }
template <class T> log_argument<T> only_text(const T& value) { return {{}, value}; }

template <class T> log_value log_value_of(const T& value) {
  if constexpr (std::same_as<T, bool>)
    return value;
  else if constexpr (std::floating_point<T>)
    return static_cast<double>(value);
  else if constexpr (std::unsigned_integral<T>)
    return static_cast<std::uint64_t>(value);
  else if constexpr (std::integral<T>)
    return static_cast<std::int64_t>(value);
  else
    return std::string(std::string_view(value));
}

// Leaves out what has no name, and texts that are empty, because nothing is known.
void add_field(std::vector<log_field>& fields, std::string_view name, log_value value);

template <class... Ts> std::vector<log_field> fields_of(const log_argument<Ts>&... arguments) {
  std::vector<log_field> fields;
  fields.reserve(sizeof...(arguments));
  (add_field(fields, arguments.name, log_value_of(arguments.value)), ...);
  return fields;
}

// Of now.
log_record make_record(std::string_view logger, trace_level level, std::string text,
                       std::vector<log_field> fields);

spdlog::level::level_enum level_of(trace_level level);

// What fits the format is checked by the compiler: it takes the values as they stand.
template <class... Ts>
void log_line(trace_level level, spdlog::format_string_t<const Ts&...> format,
              const log_argument<Ts>&... arguments) {
  if (!is_process_alive()) return;
  const auto make = [&] {
    return make_record("duroxide", level, spdlog::fmt_lib::format(format, arguments.value...),
                       fields_of(arguments...));
  };
  if (duroxide::detail::pass_to_log_hook(level, make)) return;
  spdlog::default_logger_raw()->log(level_of(level), format, arguments.value...);
}

template <class... Ts>
void log_info(spdlog::format_string_t<const Ts&...> format, const log_argument<Ts>&... arguments) {
  log_line<Ts...>(trace_level::info, format, arguments...);
}

template <class... Ts>
void log_warning(spdlog::format_string_t<const Ts&...> format, const log_argument<Ts>&... arguments) {
  log_line<Ts...>(trace_level::warn, format, arguments...);
}

template <class... Ts>
void log_error(spdlog::format_string_t<const Ts&...> format, const log_argument<Ts>&... arguments) {
  log_line<Ts...>(trace_level::error, format, arguments...);
}

// What users' code traces. The hook gets the text and the fields; for spdlog the format puts them together, and they go
// to the logger that the host program has registered under this name, if it has, else to the default logger.
template <class... Ts>
void log_trace(const char* logger, trace_level level,
               spdlog::format_string_t<const std::string&, const Ts&...> format, const std::string& text,
               const log_argument<Ts>&... arguments) {
  const auto make = [&] { return make_record(logger, level, text, fields_of(arguments...)); };
  if (duroxide::detail::pass_to_log_hook(level, make)) return;
  const auto named = spdlog::get(logger);
  (named ? named.get() : spdlog::default_logger_raw())
      ->log(level_of(level), format, text, arguments.value...);
}

}  // namespace duroxide::internal
