#include "api/cli/view_parts.hpp"

#include "api/cli/json_text.hpp"
#include "api/cli/moments.hpp"
#include "api/operations/times.hpp"

#include <algorithm>

namespace duroxide::cli {

using boost::json::object;

namespace {

// "created_at" is "created at" for people.
std::string spoken(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// A clock of another machine may be ahead.
std::string age(duration passed) {
  return rough(std::chrono::floor<std::chrono::seconds>(std::max<duration>(duration{}, passed)));
}

std::vector<std::string> names_in(const boost::json::array& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) {
    if (!row.is_object()) continue;
    for (const auto& [name, value] : row.get_object())
      if (std::ranges::find(names, std::string(name)) == names.end()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

std::string member(const object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found ? plain(*found) : "";
}

std::optional<timestamp> time_in(const object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  if (!found || !found->is_string()) return std::nullopt;
  return operations::time_from(found->get_string(), timestamp{});
}

std::string age_in(const object& from, std::string_view name) {
  const auto time = time_in(from, name);
  return time ? age(now() - *time) : "";
}

std::string moment_in(const object& from, std::string_view name) {
  const auto time = time_in(from, name);
  if (!time) return {};
  const duration passed = now() - *time;
  return local_time(*time) +
         (passed < duration{} ? " (in " + rough(-passed) + ")" : " (" + age(passed) + " ago)");
}

cell status_cell(const object& from) {
  const std::string status = member(from, "status");
  return {status, look_of_status(status)};
}

cell number_cell(const object& from, std::string_view name) {
  return {member(from, name), look::plain, true};
}

std::string code_in(const object& from) {
  const std::string version = member(from, "version");
  return member(from, "orchestration") + (version.empty() ? "" : " " + version);
}

std::string labels_in(const object& from) {
  std::string text;
  if (const auto* labels = from.if_contains("labels"); labels && labels->is_object())
    for (const auto& [name, value] : labels->get_object())
      text += (text.empty() ? "" : ", ") + printable(std::string_view(name)) + "=" + plain(value);
  return text;
}

void listing::add(std::string_view name, const std::string& value, look how) {
  if (!value.empty()) lines_.push_back({std::string(name), value, how});
}

void listing::add_all(const object& all) {
  for (const auto& [name, value] : all) {
    if (const auto* inner = value.if_object()) {
      lines_.push_back({spoken(name), "", look::plain});
      for (const auto& [inner_name, inner_value] : *inner) add("  " + spoken(inner_name), plain(inner_value));
    } else if (!value.is_array()) {
      add(spoken(name), plain(value));
    }
  }
}

std::string listing::text() const {
  std::size_t longest = 0;
  for (const line& each : lines_) longest = std::max(longest, columns_of(each.name));
  std::string text;
  for (const line& each : lines_) {
    text += to_.paint(each.name, look::faint);
    if (!each.value.empty())
      text += std::string(longest + 2 - columns_of(each.name), ' ') + to_.paint(each.value, each.how);
    text += "\n";
  }
  return text;
}

std::size_t width_for(const terminal& to) { return to.width == 0 ? 100 : to.width; }

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string generic_table(const boost::json::array& rows, const terminal& to) {
  const std::vector<std::string> names = names_in(rows);
  std::vector<std::string> headings;
  for (const std::string& name : names) headings.push_back(upper(spoken(name)));
  table lines(std::move(headings));
  for (const auto& row : rows) {
    std::vector<cell> cells;
    for (const std::string& name : names) {
      const auto* found = row.is_object() ? row.get_object().if_contains(name) : nullptr;
      cells.push_back({found ? plain(*found) : "", look::plain, found && found->is_number()});
    }
    lines.add(std::move(cells));
  }
  return lines.text(to);
}

}  // namespace duroxide::cli
