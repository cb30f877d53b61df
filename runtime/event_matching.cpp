#include "runtime/event_matching.hpp"

#include <chrono>
#include <cstdio>
#include <string_view>

namespace duroxide::internal {

namespace {

std::string excerpt(std::string_view payload) {
  constexpr std::size_t shown = 80;
  if (payload.size() <= shown) return std::string(payload);
  return std::string(payload.substr(0, shown)) + "... (" + std::to_string(payload.size()) + " bytes)";
}

// ISO 8601 in UTC, to the second.
std::string iso_time(timestamp at) {
  auto day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

} // namespace

bool matches(const history_event& recorded, const history_event& asked) {
  if (recorded.kind != asked.kind) return false;
  switch (recorded.kind) {
    case event_kind::activity_scheduled:
      return recorded.name == asked.name && recorded.data == asked.data && recorded.tag == asked.tag &&
             recorded.session == asked.session;
    case event_kind::sub_orchestration_scheduled:
    case event_kind::orchestration_detached:
      return recorded.name == asked.name && recorded.data == asked.data && recorded.version == asked.version &&
             recorded.instance == asked.instance;
    case event_kind::external_subscribed:
    case event_kind::queue_subscribed: return recorded.name == asked.name;
    default: return true;
  }
}

std::string describe(const history_event& event) {
  std::string text(to_string(event.kind));
  if (!event.name.empty()) text += " '" + event.name + "'";
  if (event.instance) text += " as instance '" + *event.instance + "'";
  if (event.version) text += " version " + *event.version;
  if (event.tag) text += " with tag '" + *event.tag + "'";
  if (event.session) text += " on session '" + *event.session + "'";
  if (is_schedule_event(event.kind) && !event.data.empty()) text += " with input " + excerpt(event.data);
  return text;
}

std::string describe_recorded(const history_event& event) {
  return "event " + std::to_string(event.id) + ", " + describe(event) + ", recorded " + iso_time(event.recorded_at) +
         " by build '" + event.build + "'";
}

std::string describe(const std::source_location& where) {
  std::string_view file = where.file_name();
  file.remove_prefix(file.find_last_of('/') + 1); // npos + 1 is 0: the whole name
  return std::string(file) + ":" + std::to_string(where.line()) + " (" + where.function_name() + ")";
}

} // namespace duroxide::internal
