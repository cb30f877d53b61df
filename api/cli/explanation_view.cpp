// What an instance waits for, and why it does not go on, as people read it.
#include "api/cli/instance_views.hpp"
#include "api/cli/json_text.hpp"
#include "api/cli/view_parts.hpp"

#include <algorithm>
#include <array>

namespace duroxide::cli {

using boost::json::object;

namespace {

look look_of_state(std::string_view state) {
  if (state == "stalled") return look::bad;
  if (state == "paused") return look::warning;
  return state == "active" ? look::busy : look::plain;
}

// Somebody has to do something about the first ones, and perhaps about the second ones.
look look_of_block(std::string_view block) {
  constexpr std::array bad{"no_node_offers", "no_living_node", "missing", "stalled"};
  constexpr std::array doubtful{"paused", "unclaimed", "session_elsewhere", "retry_pause"};
  if (std::ranges::find(bad, block) != bad.end()) return look::bad;
  return std::ranges::find(doubtful, block) != doubtful.end() ? look::warning : look::busy;
}

// A text of several lines, each after so many blanks, with its end.
std::string block(const object& from, std::string_view name, std::size_t indent, const terminal& to) {
  const auto* found = from.if_contains(name);
  if (!found || !found->is_string()) return {};
  const std::string_view text(found->get_string().data(), found->get_string().size());
  std::string all;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    all += std::string(indent, ' ') +
           wrapped(printable(text.substr(begin, end - begin)), indent, width_for(to)) + "\n";
    begin = end + 1;
  }
  return all;
}

std::string node_text(const object& node) {
  return "node " + member(node, "node") + " (" + member(node, "name") + ")" +
         (node.at("lives").as_bool() ? "" : ", which is gone");
}

void add_owner(listing& lines, const object& answer) {
  if (member(answer, "state") == "ended") return;
  const auto* owner = answer.if_contains("owner");
  if (!owner) return lines.add("owner", "nobody: no living node owns it", look::bad);
  const object& node = owner->as_object();
  lines.add("owner", node_text(node), node.at("lives").as_bool() ? look::plain : look::bad);
}

// "#2  activity charge, attempt 3, for 5m".
std::string asked_text(const object& wait) {
  std::string text = member(wait, "kind");
  const auto add = [&](std::string_view before, const std::string& value) {
    if (!value.empty()) text += std::string(before) + value;
  };
  add(" ", member(wait, "name"));
  if (const auto* other = wait.if_contains("instance")) add(" ", member(other->as_object(), "id"));
  if (member(wait, "attempt") != "1") add(", attempt ", member(wait, "attempt"));
  add(", tag ", member(wait, "tag"));
  add(", session ", member(wait, "session"));
  add(", for ", age_in(wait, "since"));
  return text;
}

std::string wait_text(const object& wait, std::size_t numbers, const terminal& to) {
  const std::string number = "#" + member(wait, "event");
  const std::string reason = member(wait, "blocked_by");
  const std::size_t indent = numbers + 4;
  std::string text =
      "  " + number + std::string(indent - 2 - number.size(), ' ') + to.paint(asked_text(wait), look::strong);
  if (reason != member(wait, "kind")) text += ": " + to.paint(reason, look_of_block(reason));
  text += "\n" + block(wait, "text", indent, to);
  if (const std::string due = moment_in(wait, "due"); !due.empty())
    text += std::string(indent, ' ') + (reason == "retry_pause" ? "next attempt " : "due ") + due + "\n";
  const auto* other = wait.if_contains("instance");
  const auto* problem = other ? other->as_object().if_contains("problem") : nullptr;
  if (problem) text += block(problem->as_object(), "detail", indent, to);
  return text;
}

std::string waits_text(const object& answer, const terminal& to) {
  const auto& waits = answer.at("waits").as_array();
  if (waits.empty()) return {};
  std::size_t numbers = 0;
  for (const auto& each : waits) numbers = std::max(numbers, member(each.as_object(), "event").size() + 1);
  std::string text = "\nwaits for\n";
  for (const auto& each : waits) text += wait_text(each.as_object(), numbers, to);
  return text;
}

std::string inbox_text(const object& answer) {
  const auto& groups = answer.at("inbox").as_array();
  if (groups.empty()) return {};
  std::string text = "\nhas in its inbox\n";
  for (const auto& each : groups) {
    const object& group = each.as_object();
    const std::string name = member(group, "name");
    text += "  " + member(group, "count") + " " + member(group, "kind") + (name.empty() ? "" : " " + name) +
            ", the oldest for " + age_in(group, "oldest") + "\n";
  }
  return text;
}

}  // namespace

std::string explanation_view(const object& answer, const terminal& to) {
  listing lines(to);
  const std::string state = member(answer, "state");
  lines.add("state", state + " since " + moment_in(answer, "since"), look_of_state(state));
  lines.add("status", member(answer, "status"), look_of_status(member(answer, "status")));
  lines.add("starts", moment_in(answer, "starts_at"));
  lines.add("orchestration", code_in(answer));
  if (member(answer, "execution") != "1") lines.add("execution", member(answer, "execution"));
  lines.add("parent", member(answer, "parent"));
  add_owner(lines, answer);
  lines.add("unreadable", member(answer, "unreadable"), look::bad);
  std::string text = to.paint(member(answer, "id"), look::strong) + "\n" + lines.text();
  if (const auto* problem = answer.if_contains("problem")) {
    const object& all = problem->as_object();
    text += "\n" + to.paint(member(all, "kind"), look::bad) + ", for " + age_in(all, "since") + "\n" +
            block(all, "detail", 2, to);
  }
  return text + waits_text(answer, to) + inbox_text(answer);
}

}  // namespace duroxide::cli
