#include "api/cli/views.hpp"

#include "api/cli/instance_views.hpp"
#include "api/cli/json_text.hpp"
#include "api/cli/view_parts.hpp"

#include <algorithm>
#include <array>

namespace duroxide::cli {

using boost::json::object;

namespace {

using view = std::string (*)(const object&, const terminal&);

std::string generic_view(const object& answer, const terminal& to) {
  listing lines(to);
  lines.add_all(answer);
  std::string text = lines.text();
  for (const auto& [name, value] : answer)
    if (value.is_array()) text += generic_table(value.get_array(), to);
  return text;
}

std::string started_view(const object& answer, const terminal& to) {
  const std::string id = to.paint(member(answer, "id"), look::strong);
  return answer.at("started").as_bool() ? "Started " + id + ".\n"
                                        : "There is " + id + " already; it was left as it is.\n";
}

std::string raised_view(const object& answer, const terminal&) {
  return "Raised " + member(answer, "event") + " for " + member(answer, "id") + ".\n";
}

std::string enqueued_view(const object& answer, const terminal&) {
  return "Put a message into " + member(answer, "queue") + " of " + member(answer, "id") + ".\n";
}

std::string labelled_view(const object& answer, const terminal&) {
  const bool is_set = answer.contains("value");
  return (is_set ? "Asked for " + member(answer, "label") + "=" + member(answer, "value") + " on "
                 : "Asked to remove " + member(answer, "label") + " from ") +
         member(answer, "id") + ".\n";
}

std::string cancelled_view(const object& answer, const terminal&) {
  return "Asked " + member(answer, "id") + " to end.\n";
}

std::string paused_view(const object& answer, const terminal&) {
  return "Asked " + member(answer, "id") + " to pause.\n";
}

std::string resumed_view(const object& answer, const terminal&) {
  return "Asked " + member(answer, "id") + " to go on.\n";
}

std::string rewound_view(const object& answer, const terminal&) {
  const auto& instances = answer.at("instances").as_array();
  std::string others;
  for (const auto& each : instances)
    if (plain(each) != member(answer, "id")) others += (others.empty() ? "" : ", ") + plain(each);
  return std::string(answer.at("rewound").as_bool() ? "Sent " : "This would send ") + member(answer, "id") +
         " back to before event " + member(answer, "event") + " of execution " + member(answer, "execution") +
         (others.empty() ? "" : ", with " + others) + ".\n";
}

std::string told_view(const object& answer, const terminal&) {
  return "Sent " + member(answer, "command") + " to " + member(answer, "id") + ".\n";
}

std::string answer_view(const object& answer, const terminal& to) {
  return pretty(answer.at("answer"), 0, width_for(to)) + "\n";
}

std::string deleted_view(const object& answer, const terminal& to) {
  if (answer.contains("instances")) return list_view(answer, to);  // a dry run
  constexpr std::array<std::pair<const char*, const char*>, 5> things{{{"instances", "instance"},
                                                                       {"executions", "execution"},
                                                                       {"events", "event"},
                                                                       {"messages", "message"},
                                                                       {"activities", ""}}};
  const object& deleted = answer.at("deleted").as_object();
  std::string text;
  for (const auto& [name, noun] : things) {
    const auto count = deleted.at(name).to_number<std::uint64_t>();
    if (count == 0) continue;
    const std::string activities = std::to_string(count) + (count == 1 ? " activity" : " activities");
    text += (text.empty() ? "" : ", ") + (*noun == '\0' ? activities : counted(count, noun));
  }
  const std::string id = member(answer, "id");
  const std::string of_what = id.empty() ? "" : " of " + id;
  return text.empty() ? "There was nothing to delete" + of_what + ".\n" : "Deleted " + text + of_what + ".\n";
}

std::string problems_view(const object& answer, const terminal& to) {
  const auto& rows = answer.at("problems").as_array();
  if (rows.empty()) return "There is no such problem.\n";
  std::string text;
  for (const auto& row : rows) {
    const object& each = row.as_object();
    text += to.paint(member(each, "id"), look::strong) + "  " + to.paint(member(each, "kind"), look::bad) +
            ", for " + age_in(each, "since") + "\n  " + printable_lines(member(each, "detail"), 2) + "\n";
  }
  if (const std::string cursor = member(answer, "cursor"); !cursor.empty())
    text += "\n" + to.paint("There are more: add --cursor '" + cursor + "'", look::faint) + "\n";
  return text;
}

std::string nodes_view(const object& answer, const terminal& to) {
  const auto& rows = answer.at("nodes").as_array();
  if (rows.empty()) return "No process has run on this store yet.\n";
  table lines({"NODE", "NAME", "STATE", "SEEN", "SHARDS", "INSTANCES", "ACTIVITIES", "OFFERS"});
  for (const auto& row : rows) {
    const object& each = row.as_object();
    std::string offers;
    for (const auto& name : each.at("orchestrations").as_array())
      offers += (offers.empty() ? "" : ", ") + plain(name);
    const std::string state = member(each, "state");
    lines.add(
        {number_cell(each, "node"),
         {member(each, "name"), look::strong},
         {state, look_of_status(state)},
         {age_in(each, "last_seen_at") + " ago", look::plain, true},
         {std::to_string(each.at("shards").as_array().size()), look::plain, true},
         number_cell(each, "resident_instances"),
         {member(each, "running_activities") + " running, " + member(each, "queued_activities") + " queued"},
         {offers}});
  }
  return lines.text(to);
}

std::string stats_view(const object& answer, const terminal& to) {
  table lines({});
  const auto add = [&](std::string_view name, const object& from, std::string_view key, look how) {
    lines.add({{std::string(name)}, {member(from, key), how, true}});
  };
  const object& totals = answer.at("totals").as_object();
  const object& waiting = answer.at("waiting").as_object();
  add("instances", totals, "instances", look::strong);
  for (const char* status : {"pending", "running", "completed", "failed", "cancelled", "unreadable"})
    if (member(totals, status) != "0")
      add("  " + std::string(status), totals, status, look_of_status(status));
  add("executions", totals, "executions", look::plain);
  add("events", totals, "events", look::plain);
  add("messages waiting", waiting, "messages", look::plain);
  add("messages for later", waiting, "later_messages", look::plain);
  add("timers", waiting, "timers", look::plain);
  add("activities waiting", waiting, "activities_waiting", look::plain);
  add("activities at a node", waiting, "activities_taken", look::plain);
  return to.paint(member(answer, "store"), look::strong) + "\n" + lines.text(to);
}

std::string verify_view(const object& answer, const terminal& to) {
  const auto count = [&](const char* name) { return answer.at(name).to_number<std::uint64_t>(); };
  const std::string walked = counted(count("instances"), "instance") + ", " +
                             counted(count("executions"), "execution") + ", " +
                             counted(count("events"), "event");
  if (count("inconsistencies") == 0) return "All is well in " + walked + ".\n";
  const std::uint64_t found = count("inconsistencies");
  return std::to_string(found) + (found == 1 ? " thing" : " things") + " that cannot be, in " + walked +
         ":\n" + generic_table(answer.at("first").as_array(), to);
}

std::string count_view(const object& answer, const terminal& to) {
  table lines({});
  for (const auto& row : answer.at("groups").as_array()) {
    const object& each = row.as_object();
    const std::string name = plain(each.begin()->value());
    lines.add({{name.empty() ? "(none)" : name, look_of_status(name)}, number_cell(each, "count")});
  }
  lines.add({{"in all", look::strong}, number_cell(answer, "total")});
  return lines.text(to);
}

std::string compare_view(const object& answer, const terminal& to) {
  const auto& rows = answer.at("differences").as_array();
  return rows.empty() ? "Nothing differs.\n" : generic_table(rows, to);
}

std::string moved_view(const object& answer, const terminal&) {
  const bool is_export = answer.contains("exported");
  const object& moved = answer.at(is_export ? "exported" : "imported").as_object();
  return counted(moved.at("instances").to_number<std::uint64_t>(), "instance") +
         (is_export ? " written to " : " added from ") + member(answer, "file") + ".\n";
}

std::string ready_view(const object& answer, const terminal&) {
  return member(answer, "store") + " is ready.\n";
}

constexpr std::array<std::pair<std::string_view, view>, 36> views{{
    {"list", list_view},
    {"show", instance_view},
    {"status", instance_view},
    {"explain", explanation_view},
    {"wait", instance_view},
    {"tree", tree_view},
    {"executions", executions_view},
    {"history", history_view},
    {"waits", waits_view},
    {"activities", activities_view},
    {"kv", kv_view},
    {"problems", problems_view},
    {"nodes", nodes_view},
    {"stats", stats_view},
    {"verify", verify_view},
    {"compare", compare_view},
    {"export", moved_view},
    {"import", moved_view},
    {"start", started_view},
    {"raise", raised_view},
    {"enqueue", enqueued_view},
    {"cancel", cancelled_view},
    {"terminate", cancelled_view},
    {"pause", paused_view},
    {"resume", resumed_view},
    {"rewind", rewound_view},
    {"restart", rewound_view},
    {"label", labelled_view},
    {"tell", told_view},
    {"ask", answer_view},
    {"count", count_view},
    {"timeline", timeline_view},
    {"delete", deleted_view},
    {"delete-ended", deleted_view},
    {"prune", deleted_view},
    {"prune-all", deleted_view},
}};

void add_id(std::string& lines, const boost::json::value& from) {
  const auto* object = from.if_object();
  const auto* id = object ? object->if_contains("id") : nullptr;
  if (id && id->is_string()) lines += std::string(id->get_string()) + "\n";
}

}  // namespace

std::string view_of(std::string_view verb, const boost::json::value& answer, const terminal& to) {
  if (verb == "init" || verb == "migrate") return ready_view(answer.as_object(), to);
  const auto* found = std::ranges::find(views, verb, &std::pair<std::string_view, view>::first);
  return (found == views.end() ? generic_view : found->second)(answer.as_object(), to);
}

std::string ids_of(const boost::json::value& answer) {
  std::string lines;
  const object& all = answer.as_object();
  for (const auto& [name, value] : all)
    if (value.is_array())
      for (const auto& each : value.get_array()) add_id(lines, each);
  if (lines.empty() && !all.contains("instances")) add_id(lines, answer);
  return lines;
}

}  // namespace duroxide::cli
