#include "api/cli/instance_views.hpp"

#include "api/cli/json_text.hpp"
#include "api/cli/view_parts.hpp"

#include <algorithm>

namespace duroxide::cli {

using boost::json::array;
using boost::json::object;

namespace {

const array& rows_in(const object& answer, std::string_view name) { return answer.at(name).as_array(); }

bool has_any(const array& rows, std::string_view name) {
  return std::ranges::any_of(rows, [&](const auto& row) {
    const auto* found = row.as_object().if_contains(name);
    return found && !(found->is_object() && found->get_object().empty());
  });
}

void add_error(listing& lines, const object& answer) {
  const auto* failure = answer.if_contains("error");
  if (!failure || !failure->is_object()) return;
  const object& all = failure->get_object();
  const std::string source = member(all, "source");
  lines.add("error", member(all, "message"), look::bad);
  lines.add("  kind", member(all, "kind") + (source.empty() ? "" : ", in " + source));
  lines.add("  type", member(all, "type"));
}

void add_problem(listing& lines, const object& answer) {
  const auto* problem = answer.if_contains("problem");
  if (!problem) return;
  const object& all = problem->as_object();
  lines.add("problem", member(all, "kind") + ", for " + age_in(all, "since"), look::bad);
  lines.add("", member(all, "detail"));
}

// The stack of an error has lines of its own.
std::string stack_text(const object& answer) {
  const auto* failure = answer.if_contains("error");
  const auto* stack = failure && failure->is_object() ? failure->get_object().if_contains("stack") : nullptr;
  if (!stack || !stack->is_string()) return {};
  const std::string_view all(stack->get_string().data(), stack->get_string().size());
  return "\nstack\n  " + printable_lines(all, 2) + "\n";
}

// Where values begin in a listing of an instance.
constexpr std::size_t indent_of_values = 15;

void add_payload(listing& lines, const object& answer, std::string_view name, const terminal& to) {
  if (const auto* found = answer.if_contains(name))
    lines.add(name, pretty(*found, indent_of_values, width_for(to)));
}

}  // namespace

std::string list_view(const object& answer, const terminal& to) {
  const array& rows = rows_in(answer, "instances");
  if (rows.empty()) return "No instance matches.\n";
  const bool has_parents = has_any(rows, "parent");
  const bool has_labels = has_any(rows, "labels");
  std::vector<std::string> headings{"ID", "STATUS", "ORCHESTRATION", "AGE", "UPDATED"};
  if (has_parents) headings.emplace_back("PARENT");
  if (has_labels) headings.emplace_back("LABELS");
  table lines(std::move(headings));
  for (const auto& row : rows) {
    const object& each = row.as_object();
    const std::string updated = age_in(each, "updated_at");
    std::vector<cell> cells{{member(each, "id"), look::strong},
                            status_cell(each),
                            {code_in(each)},
                            {age_in(each, "created_at"), look::plain, true},
                            {updated.empty() ? "" : updated + " ago", look::plain, true}};
    if (has_parents) cells.push_back({member(each, "parent")});
    if (has_labels) cells.push_back({labels_in(each)});
    lines.add(std::move(cells));
  }
  std::string text = lines.text(to);
  if (const std::string cursor = member(answer, "cursor"); !cursor.empty())
    text += "\n" + to.paint("There are more: add --cursor '" + cursor + "'", look::faint) + "\n";
  return text;
}

std::string instance_view(const object& answer, const terminal& to) {
  listing lines(to);
  lines.add("status", member(answer, "status"), look_of_status(member(answer, "status")));
  add_problem(lines, answer);
  lines.add("orchestration", code_in(answer));
  lines.add("created", moment_in(answer, "created_at"));
  lines.add("updated", moment_in(answer, "updated_at"));
  if (member(answer, "execution") != "1") lines.add("execution", member(answer, "execution"));
  lines.add("parent", member(answer, "parent"));
  lines.add("labels", labels_in(answer));
  lines.add("custom status", member(answer, "custom_status"));
  add_payload(lines, answer, "input", to);
  add_payload(lines, answer, "output", to);
  add_error(lines, answer);
  lines.add("unreadable", member(answer, "unreadable"), look::bad);
  return to.paint(member(answer, "id"), look::strong) + "\n" + lines.text() + stack_text(answer);
}

std::string tree_view(const object& answer, const terminal& to) {
  const array& rows = rows_in(answer, "instances");
  const auto depth_of = [&](std::size_t i) { return rows[i].at("depth").to_number<std::size_t>(); };
  const auto has_sibling_below = [&](std::size_t i, std::size_t depth) {
    for (++i; i < rows.size() && depth_of(i) >= depth; ++i)
      if (depth_of(i) == depth) return true;
    return false;
  };
  table lines({"ID", "STATUS", "ORCHESTRATION", "AGE"});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const object& each = rows[i].as_object();
    std::string branches;
    for (std::size_t depth = 1; depth <= depth_of(i); ++depth) {
      const bool goes_on = has_sibling_below(i, depth);
      if (depth == depth_of(i))
        branches += goes_on ? "├─ " : "└─ ";
      else
        branches += goes_on ? "│  " : "   ";
    }
    lines.add({{branches + member(each, "id"), look::strong},
               status_cell(each),
               {code_in(each)},
               {age_in(each, "created_at"), look::plain, true}});
  }
  return lines.text(to);
}

std::string executions_view(const object& answer, const terminal& to) {
  table lines({"EXECUTION", "STATUS", "EVENTS", "STARTED", "ENDED", "RESULT"});
  for (const auto& row : rows_in(answer, "executions")) {
    const object& each = row.as_object();
    const auto* failure = each.if_contains("error");
    lines.add({number_cell(each, "execution"),
               status_cell(each),
               number_cell(each, "events"),
               {moment_in(each, "started_at")},
               {moment_in(each, "ended_at")},
               {failure ? member(failure->as_object(), "message") : member(each, "output")}});
  }
  return lines.text(to);
}

std::string activities_view(const object& answer, const terminal& to) {
  const array& rows = rows_in(answer, "activities");
  if (rows.empty()) return "No activity is unfinished.\n";
  table lines({"EVENT", "ACTIVITY", "ATTEMPT", "TAG", "SESSION", "HEARTBEAT", "PROGRESS"});
  for (const auto& row : rows) {
    const object& each = row.as_object();
    const std::string heard = age_in(each, "progress_at");
    lines.add({number_cell(each, "event"),
               {member(each, "name"), look::strong},
               number_cell(each, "attempt"),
               {member(each, "tag")},
               {member(each, "session")},
               {heard.empty() ? "" : heard + " ago"},
               {member(each, "progress")}});
  }
  return lines.text(to);
}

std::string kv_view(const object& answer, const terminal& to) {
  const object& values = answer.at("values").as_object();
  if (values.empty()) return "There are no values.\n";
  table lines({"KEY", "VALUE"});
  for (const auto& [key, value] : values)
    lines.add({{printable(std::string_view(key)), look::strong}, {printable(compact(value))}});
  return lines.text(to);
}

}  // namespace duroxide::cli
