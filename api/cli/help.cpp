#include "api/cli/help.hpp"

#include "api/cli/command_line.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace duroxide::cli {

namespace {

using operations::operation;
using operations::parameter;
using operations::presence;
using operations::value_type;

constexpr std::size_t widest = 100;

std::size_t width_of(const terminal& to) {
  return to.width == 0 ? widest : std::clamp<std::size_t>(to.width, 40, widest);
}

using entry = std::pair<std::string, std::string>;  // a name and what it is

std::string entries_text(const std::vector<entry>& entries, const terminal& to) {
  std::size_t longest = 0;
  for (const auto& [name, what] : entries) longest = std::max(longest, columns_of(name));
  longest = std::min<std::size_t>(longest, 28);
  std::string text;
  for (const auto& [name, what] : entries) {
    const std::size_t columns = columns_of(name);
    text += "  " + to.paint(name, look::strong);
    if (columns > longest)
      text += "\n" + std::string(longest + 4, ' ');
    else
      text += std::string(longest + 2 - columns, ' ');
    text += wrapped(what, longest + 4, width_of(to)) + "\n";
  }
  return text;
}

std::string heading(const std::string& text, const terminal& to) {
  return "\n" + to.paint(text, look::strong) + "\n";
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::vector<entry> entries_of_options(const std::vector<common_option>& options) {
  std::vector<entry> entries;
  for (const common_option& each : options)
    entries.emplace_back(std::string(each.name) + (each.value.empty() ? "" : " " + std::string(each.value)),
                         std::string(each.help));
  return entries;
}

constexpr const char* about_stores =
    "A store is named by its URL: sqlite:FILE, or postgresql://USER@HOST/DATABASE, with ?schema=NAME if it "
    "is not in "
    "the schema 'duroxide'. For a name of your own, write a line like 'prod = postgresql://…' into the file "
    "~/.config/duroxide/profiles (or the file that DUROXIDE_PROFILES names). Without --store, DUROXIDE_STORE "
    "counts, "
    "then the profile 'default'. A password belongs into ~/.pgpass, or into PGPASSWORD.";

}  // namespace

std::string placeholder_of(const parameter& each) {
  switch (each.type) {
  case value_type::flag: return {};
  case value_type::count: return "N";
  case value_type::time: return "TIME";
  case value_type::span: return "SPAN";
  case value_type::payload: return "JSON";
  case value_type::choice: return "WORD";
  case value_type::choices: return "WORDS";
  default: return "TEXT";
  }
}

std::string text_of(const parameter& each) {
  std::string text = each.help;
  std::string choices;
  for (const std::string& word : each.choices) choices += (choices.empty() ? "" : ", ") + word;
  if (!choices.empty()) text += ": " + choices;
  if (each.type == value_type::texts || each.type == value_type::choices) text += " (may be repeated)";
  if (!each.otherwise.empty()) text += " (default: " + each.otherwise + ")";
  return text;
}

std::string synopsis_of(const operation& verb) {
  std::string text = "duroxide " + verb.name;
  for (const parameter& each : verb.parameters) {
    if (each.given == presence::required) text += " " + upper(each.name);
    if (each.given == presence::last) text += " [" + upper(each.name) + "]";
  }
  if (takes_several(verb)) text += "...";
  return text + " [OPTION]...";
}

std::string help_of_all(const terminal& to) {
  std::string text = "duroxide: look at durable orchestrations, and act on them.\n\n"
                     "Usage: duroxide [--store URL] COMMAND [ARGUMENT]...\n";
  std::string group;
  std::vector<entry> entries;
  const auto end_group = [&] {
    if (!entries.empty()) text += heading(group, to) + entries_text(entries, to);
    entries.clear();
  };
  for (const operation& each : operations::catalogue()) {
    if (each.group != group) end_group();
    group = each.group;
    entries.emplace_back(each.name, each.summary);
  }
  end_group();
  text += heading("Serve and help", to) + entries_text(entries_of_options(own_verbs()), to);
  text += heading("Options of every command", to) + entries_text(entries_of_options(common_options()), to);
  text += heading("Stores", to) + "  " + wrapped(about_stores, 2, width_of(to)) + "\n";
  return text + "\nRun 'duroxide help COMMAND' for the arguments of a command, and for an example.\n";
}

boost::json::array help_as_json() {
  boost::json::array all;
  for (const operation& each : operations::catalogue())
    all.emplace_back(boost::json::object{{"name", each.name},
                                         {"group", each.group},
                                         {"summary", each.summary},
                                         {"details", each.details},
                                         {"effect", to_string(each.does)},
                                         {"parameters", operations::schema_of(each)}});
  return all;
}

std::string help_of(const operation& verb, const terminal& to) {
  std::string text = verb.summary + ".\n";
  if (!verb.details.empty()) text += wrapped(verb.details, 0, width_of(to)) + "\n";
  text += "\nUsage: " + synopsis_of(verb) + "\n";
  std::vector<entry> arguments;
  std::vector<entry> options;
  for (const parameter& each : verb.parameters) {
    const std::string value = placeholder_of(each);
    if (each.given == presence::optional) {
      options.emplace_back(option_of(each) + (value.empty() ? "" : " " + value), text_of(each));
    } else {
      arguments.emplace_back(upper(each.name), text_of(each));
    }
  }
  if (takes_several(verb))
    arguments.emplace_back("-", "instead of an id: read ids from the standard input, one a line");
  if (!arguments.empty()) text += heading("Arguments", to) + entries_text(arguments, to);
  if (!options.empty()) text += heading("Options", to) + entries_text(options, to);
  text += heading("Options of every command", to) + entries_text(entries_of_options(common_options()), to);
  text += heading("Example", to) + "  duroxide " + verb.name +
          (verb.example.empty() ? "" : " " + verb.example) + "\n";
  return text;
}

std::string help_of_own(const common_option& verb, const terminal& to) {
  std::string text = std::string(verb.help) + ".\n\nUsage: duroxide " + std::string(verb.name) + " " +
                     std::string(verb.value) + "\n";
  if (const auto& own = own_options_of(verb.name); !own.empty())
    text += heading("Options", to) + entries_text(entries_of_options(own), to);
  return text + heading("Options of every command", to) +
         entries_text(entries_of_options(common_options()), to);
}

}  // namespace duroxide::cli
