#include "api/cli/completion.hpp"

#include "api/cli/command_line.hpp"
#include "api/cli/help.hpp"

#include <string_view>

namespace duroxide::cli {

namespace {

using operations::operation;
using operations::parameter;
using operations::presence;

std::string names_of_common_options() {
  std::string names;
  for (const common_option& each : common_options()) names += " " + std::string(each.name);
  return names;
}

std::string options_of(const operation& verb) {
  std::string names;
  for (const parameter& each : verb.parameters)
    if (each.given == presence::optional) names += " " + option_of(each);
  return names;
}

// Words that may stand behind an option.
std::string values_of_options() {
  std::string cases;
  for (const operation& verb : operations::catalogue())
    for (const parameter& each : verb.parameters) {
      if (each.choices.empty()) continue;
      std::string words;
      for (const std::string& word : each.choices) words += (words.empty() ? "" : " ") + word;
      const std::string line = "    " + option_of(each) + ") words='" + words + "' ;;\n";
      if (cases.find(line) == cases.npos) cases += line;
    }
  return cases;
}

// In troff a leading dot or quote, and a backslash or a hyphen anywhere, mean something else.
std::string troff(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\\')
      safe += "\\e";
    else if (c == '-')
      safe += "\\-";
    else
      safe += c;
  }
  return safe.starts_with('.') || safe.starts_with('\'') ? "\\&" + safe : safe;
}

std::string tagged(std::string_view name, std::string_view what) {
  return ".TP\n.B " + troff(name) + "\n" + troff(what) + "\n";
}

std::string manual_of(const operation& verb) {
  std::string text = ".SS " + troff(synopsis_of(verb)) + "\n" + troff(verb.summary) + ".\n";
  if (!verb.details.empty()) text += troff(verb.details) + "\n";
  for (const parameter& each : verb.parameters) {
    const std::string value = placeholder_of(each);
    const bool is_option = each.given == presence::optional;
    text +=
        tagged(is_option ? option_of(each) + (value.empty() ? "" : " " + value) : each.name, text_of(each));
  }
  if (!verb.example.empty())
    text += ".PP\nExample:\n.PP\n.RS\n.nf\n" + troff("duroxide " + verb.name + " " + verb.example) +
            "\n.fi\n.RE\n";
  return text;
}

constexpr const char* manual_begin = R"(.TH DUROXIDE 1 "" "duroxide" "User commands"
.SH NAME
duroxide \- look at durable orchestrations, and act on them
.SH SYNOPSIS
.B duroxide
[\-\-store \fIURL\fR] \fICOMMAND\fR [\fIARGUMENT\fR]...
.SH DESCRIPTION
Shows what the instances of orchestrations in a store do, and starts, signals, cancels and deletes them. It works on the
store itself, beside running nodes or without any. What only looks changes nothing, makes no store and migrates none.
)";

constexpr const char* manual_end = R"(.SH STORES
.TP
.B sqlite:\fIFILE\fR
An SQLite file on a local disk.
.TP
.B postgresql://\fIUSER\fR@\fIHOST\fR/\fIDATABASE\fR[?schema=\fINAME\fR]
A schema of a PostgreSQL database; without a name, the schema duroxide.
.PP
A password belongs into ~/.pgpass, or into PGPASSWORD. It is never printed.
.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
Refused or failed. Also: wait, for an instance that has not completed; verify, if something is wrong; compare, if
something differs.
.TP
.B 2
The command line is wrong.
.TP
.B 3
Not allowed: nobody was there to agree, and \-\-yes is missing.
.TP
.B 4
There is no such instance.
.TP
.B 5
The store cannot be reached or read.
.TP
.B 130
Interrupted.
.SH ENVIRONMENT
.TP
.B DUROXIDE_STORE
The store, or the name of a profile, if \-\-store is not there.
.TP
.B DUROXIDE_PROFILES
The file of profiles, instead of ~/.config/duroxide/profiles.
.TP
.B NO_COLOR
If it is set, there is no colour.
.SH FILES
.TP
.I ~/.config/duroxide/profiles
Names of stores, one a line: prod = postgresql://...
The profile default is the store if none is named.
)";

}  // namespace

std::string bash_completion() {
  std::string verbs;
  for (const operation& each : operations::catalogue()) verbs += " " + each.name;
  for (const common_option& each : own_verbs()) verbs += " " + std::string(each.name);
  std::string options;
  for (const operation& each : operations::catalogue())
    options += "    " + each.name + ") words='" + options_of(each) + "' ;;\n";
  for (const common_option& verb : own_verbs()) {
    std::string names;
    for (const common_option& each : own_options_of(verb.name)) names += " " + std::string(each.name);
    if (!names.empty()) options += "    " + std::string(verb.name) + ") words='" + names + "' ;;\n";
  }
  std::string files = "serve";
  for (const operation& each : operations::catalogue())
    if (takes_file(each)) files += "|" + each.name;
  return "# Completes commands and options of duroxide in bash.\n"
         "_duroxide() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  local verb='' words='' i\n"
         "  local verbs='" +
         verbs +
         "'\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"${COMP_WORDS[i]}\" in\n"
         "      --store|-s|--output|-o|--color) ((i++)) ;;\n"
         "      -*) ;;\n"
         "      *) verb=\"${COMP_WORDS[i]}\"; break ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$before\" in\n"
         "    --output|-o) words='table json jsonl ids' ;;\n"
         "    --color) words='auto always never' ;;\n" +
         values_of_options() +
         "  esac\n"
         "  if [[ -n \"$words\" ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "    return\n"
         "  fi\n"
         "  case \"$verb\" in\n"
         "    ''|help) words=\"$verbs\" ;;\n" +
         options +
         "    completion) words='bash' ;;\n"
         "  esac\n"
         "  if [[ \"$current\" == -* ]]; then words+='" +
         names_of_common_options() +
         "'; fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  case \"$verb\" in " +
         files +
         ") COMPREPLY+=($(compgen -f -- \"$current\")) ;; esac\n"
         "}\n"
         "complete -F _duroxide duroxide\n";
}

std::string manual_page() {
  std::string text = manual_begin;
  std::string group;
  for (const operation& each : operations::catalogue()) {
    if (each.group != group) text += ".SH " + troff(each.group) + "\n";
    group = each.group;
    text += manual_of(each);
  }
  text += ".SH SERVING\n";
  for (const common_option& verb : own_verbs()) {
    text += tagged("duroxide " + std::string(verb.name) + " " + std::string(verb.value), verb.help);
    for (const common_option& each : own_options_of(verb.name))
      text += tagged(std::string(each.name) + " " + std::string(each.value), each.help);
  }
  text += ".SH OPTIONS OF EVERY COMMAND\n";
  for (const common_option& each : common_options())
    text +=
        tagged(std::string(each.name) + (each.value.empty() ? "" : " " + std::string(each.value)), each.help);
  return text + manual_end;
}

}  // namespace duroxide::cli
