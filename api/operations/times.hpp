// Times and spans as people and programs write them.
#pragma once

#include "duroxide/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace duroxide::operations {

// "2026-11-30T15:24:30.123Z".
std::string text_of(timestamp time);

// Reads what text_of writes, also with less of it ("2026-11-30", "2026-11-30T15:24Z"), always in UTC, and a span, which
// means so long before `now`. Nothing if it is neither.
std::optional<timestamp> time_from(std::string_view text, timestamp now);

// Reads "250ms", "10s", "5m", "2h", "30d" and "forever". Nothing if it is none of these.
std::optional<duration> span_from(std::string_view text);

}  // namespace duroxide::operations
