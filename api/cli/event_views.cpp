// Histories and waits as people read them.
#include "api/cli/instance_views.hpp"
#include "api/cli/json_text.hpp"
#include "api/cli/moments.hpp"
#include "api/cli/view_parts.hpp"

#include <algorithm>
#include <array>

namespace duroxide::cli {

using boost::json::object;

namespace {

look look_of_event(std::string_view kind) {
  if (kind.ends_with("_failed")) return look::bad;
  if (kind.ends_with("_cancelled") || kind.starts_with("cancel") || kind == "operation_dropped" ||
      kind == "orchestration_rewound")
    return look::warning;
  if (kind.ends_with("_completed") || kind.ends_with("_answered")) return look::good;
  return look::plain;
}

// The members that the other columns do not show, in the order in which they say most.
constexpr std::array shown_members{"input",         "output",  "payload", "value",   "instance",
                                   "custom_status", "reason",  "due",     "version", "tag",
                                   "session",       "attempt", "retry_of"};

std::string details_of(const object& event) {
  std::string text;
  for (const char* name : shown_members) {
    const auto* found = event.if_contains(name);
    if (!found) continue;
    const bool is_payload = std::string_view(name) == "input" || std::string_view(name) == "output" ||
                            std::string_view(name) == "payload" || std::string_view(name) == "value";
    const auto due = std::string_view(name) == "due" ? time_in(event, name) : std::nullopt;
    const std::string shown = due          ? local_time(*due)
                              : is_payload ? printable(compact(*found))
                                           : plain(*found);
    text += (text.empty() ? "" : "  ") + (is_payload ? shown : std::string(name) + " " + shown);
  }
  if (const auto* failure = event.if_contains("error"))
    text += (text.empty() ? "" : "  ") + member(failure->as_object(), "message");
  if (event.contains("rewound")) text += text.empty() ? "(rewound)" : "  (rewound)";
  return text;
}

// The events by their ids, so that an outcome can name what it is of.
std::string name_of(const object& event, const boost::json::array& events) {
  const std::string name = member(event, "name");
  if (!name.empty()) return name;
  const auto* source = event.if_contains("source");
  if (!source) return {};
  const auto found = std::ranges::find_if(events, [&](const auto& each) {
    return each.at("event").template to_number<std::uint64_t>() ==
           source->template to_number<std::uint64_t>();
  });
  const std::string of_source = found == events.end() ? "" : member(found->as_object(), "name");
  return of_source.empty() ? "#" + plain(*source) : of_source + " #" + plain(*source);
}

// A part of a line that stands for the whole time.
std::string bar(duration from, duration until, duration whole) {
  constexpr std::int64_t columns = 40;
  const std::int64_t all = std::max<std::int64_t>(1, whole.count());
  const std::int64_t first = std::clamp<std::int64_t>(from.count() * columns / all, 0, columns - 1);
  const std::int64_t last = std::clamp<std::int64_t>(until.count() * columns / all, first + 1, columns);
  std::string text(static_cast<std::size_t>(first), ' ');
  for (std::int64_t i = first; i < last; ++i) text += "━";
  return text;
}

std::string after(const object& event, std::optional<timestamp> begin) {
  const auto time = time_in(event, "recorded_at");
  return time && begin ? "+" + rough(*time - *begin) : "";
}

}  // namespace

std::string history_view(const object& answer, const terminal& to) {
  const auto& events = answer.at("events").as_array();
  if (events.empty()) return "There are no events yet.\n";
  const auto begin = time_in(events[0].as_object(), "recorded_at");
  table lines({"EVENT", "AFTER", "WHAT", "NAME", "DETAILS"});
  for (const auto& row : events) {
    const object& each = row.as_object();
    const std::string kind = member(each, "kind");
    lines.add({number_cell(each, "event"),
               {after(each, begin), look::faint, true},
               {kind, each.contains("rewound") ? look::faint : look_of_event(kind)},
               {name_of(each, events)},
               {details_of(each)}});
  }
  return to.paint(member(answer, "id"), look::strong) + " since " +
         moment_in(events[0].as_object(), "recorded_at") + "\n" + lines.text(to);
}

std::string timeline_view(const object& answer, const terminal& to) {
  const auto& spans = answer.at("spans").as_array();
  if (spans.empty()) return "It has asked for nothing yet.\n";
  const timestamp begin = time_in(answer, "started_at").value_or(timestamp{});
  const timestamp end = std::max(time_in(answer, "ended_at").value_or(now()), begin);
  table lines({"EVENT", "KIND", "NAME", "TOOK", "OUTCOME", rough(end - begin) + " in all"});
  for (const auto& row : spans) {
    const object& each = row.as_object();
    const timestamp from = time_in(each, "started_at").value_or(begin);
    const timestamp until = time_in(each, "ended_at").value_or(end);
    const std::string outcome = member(each, "outcome");
    const std::string attempt = member(each, "attempt");
    const look how = outcome == "failed" ? look::bad : outcome.empty() ? look::busy : look::good;
    lines.add({number_cell(each, "event"),
               {member(each, "kind")},
               {member(each, "name") + (attempt.empty() ? "" : " (attempt " + attempt + ")"), look::strong},
               {rough(std::max(duration{}, until - from)), look::plain, true},
               {outcome.empty() ? "waits" : outcome, how},
               {bar(from - begin, until - begin, end - begin), how}});
  }
  return lines.text(to);
}

std::string waits_view(const object& answer, const terminal& to) {
  const auto& waits = answer.at("waits").as_array();
  if (waits.empty()) return "It waits for nothing.\n";
  table lines({"EVENT", "WAITS FOR", "NAME", "SINCE", "DETAILS"});
  for (const auto& row : waits) {
    const object& each = row.as_object();
    std::string kind = member(each, "kind");
    kind = kind.substr(0, kind.rfind('_'));
    std::ranges::replace(kind, '_', ' ');
    if (kind == "external") kind = "event";
    lines.add({number_cell(each, "event"),
               {kind, look::busy},
               {member(each, "name"), look::strong},
               {age_in(each, "recorded_at"), look::plain, true},
               {details_of(each)}});
  }
  return lines.text(to);
}

}  // namespace duroxide::cli
