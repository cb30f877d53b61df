#include "runtime/event_matching.hpp"

#include "runtime/operations/event_rules.hpp"
#include "runtime/payload_comparison.hpp"

#include <chrono>
#include <string_view>

namespace duroxide::internal {

namespace {

std::string excerpt(std::string_view payload) {
  constexpr std::size_t shown = 80;
  if (payload.size() <= shown) return std::string(payload);
  return std::string(payload.substr(0, shown)) + "... (" + std::to_string(payload.size()) + " bytes)";
}

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

// ISO 8601 in UTC, to the second.
std::string iso_time(timestamp moment) {
  auto day = std::chrono::floor<std::chrono::days>(moment);
  std::chrono::year_month_day date(day);
  std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(moment - day));
  return padded(int{date.year()}, 4) + "-" + padded(unsigned{date.month()}, 2) + "-" +
         padded(unsigned{date.day()}, 2) + "T" + padded(time.hours().count(), 2) + ":" +
         padded(time.minutes().count(), 2) + ":" + padded(time.seconds().count(), 2) + "Z";
}

// "run_greet" of "duroxide::task<int> {anonymous}::run_greet(orchestration_context)"; g++ names the parts of
// a coroutine by mangled frames, which nobody wants to read, and Clang writes "(anonymous namespace)". Empty
// for what is written in another way.
std::string_view bare_name(std::string_view function) {
  auto end = function.find('(');
  while (end != function.npos && function.substr(end).starts_with("(anonymous "))
    end = function.find('(', end + 1);
  function = function.substr(0, end);
  function.remove_prefix(function.find_last_of(" :") + 1);
  return function.find_first_of("<>{}") == function.npos ? function : std::string_view{};
}

}  // namespace

bool matches(const history_event& recorded, const history_event& asked, detail::payload_rewriter rewrite) {
  if (recorded.kind != asked.kind) return false;
  const event_rules& rules = rules_of(asked.kind);
  return rules.matches(recorded, asked) &&
         (rules.payload.empty() || is_same_payload(recorded.data, asked.data, rewrite));
}

std::string why_unreadable(const history_event& recorded, const history_event& asked,
                           detail::payload_rewriter rewrite) {
  const event_rules& rules = rules_of(asked.kind);
  if (!rewrite || rules.payload.empty() || recorded.kind != asked.kind || !rules.matches(recorded, asked))
    return {};
  return why_unreadable(std::string(rules.payload) + " '" + recorded.name + "'", recorded.data, rewrite);
}

std::string describe(const history_event& event) {
  std::string text(to_string(event.kind));
  if (!event.name.empty()) text += " '" + event.name + "'";
  if (event.instance) text += " as instance '" + *event.instance + "'";
  if (event.version) text += " version " + *event.version;
  if (event.tag) text += " with tag '" + *event.tag + "'";
  if (event.session) text += " on session '" + *event.session + "'";
  if (event.attempt > 1) text += ", attempt " + std::to_string(event.attempt);
  if (is_schedule_event(event.kind) && !event.data.empty()) text += " with input " + excerpt(event.data);
  return text;
}

std::string describe_recorded(const history_event& event) {
  return "event " + std::to_string(event.id) + ", " + describe(event) + ", recorded " +
         iso_time(event.recorded_at) + " by build '" + event.build + "'";
}

std::string describe(const code_location& where) {
  if (where.line() == 0) return "an unknown place";
  std::string_view file = where.file_name();
  file.remove_prefix(file.find_last_of('/') + 1);  // npos + 1 is 0: the whole name
  std::string text = std::string(file) + ":" + std::to_string(where.line());
  std::string_view function = bare_name(where.function_name());
  return function.empty() ? text : text + " (" + std::string(function) + ")";
}

}  // namespace duroxide::internal
