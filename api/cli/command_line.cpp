#include "api/cli/command_line.hpp"

#include "duroxide/errors.hpp"
#include "api/cli/usage.hpp"
#include "api/operations/arguments.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace duroxide::cli {

namespace {

using operations::operation;
using operations::parameter;
using operations::presence;
using operations::value_type;

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw usage_error("the file " + word_in_quotes(path) + " cannot be read");
  return text;
}

std::string help_for(const operation& verb) {
  return "Run 'duroxide " + verb.name + " --help' to see its arguments.";
}

std::vector<std::string> names_of_verbs() {
  std::vector<std::string> names;
  for (const operation& each : operations::catalogue()) names.push_back(each.name);
  for (const common_option& each : own_verbs()) names.emplace_back(each.name);
  return names;
}

[[noreturn]] void refuse_verb(const std::string& word) {
  const std::string meant = nearest(word, names_of_verbs());
  throw usage_error(word_in_quotes(word) + " is no command", meant.empty()
                                                                 ? "Run 'duroxide help' to see the commands."
                                                                 : "Did you mean '" + meant + "'?");
}

// Such a word may have a password in it, so it is not taken for anything else, which a complaint would show.
bool is_store(const std::string& word) {
  return word.starts_with("postgresql://") || word.starts_with("postgres://") || word.starts_with("sqlite:");
}

[[noreturn]] void refuse_store() { throw usage_error("the URL of a store belongs behind --store"); }

// A negative number is a payload.
bool looks_like_option(const std::string& word) {
  return word.starts_with("-") && word.size() > 1 && (word[1] < '0' || word[1] > '9');
}

// A text, with a mark below one of its characters, the first of which is 1.
std::string place_in(const std::string& text, std::size_t column) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  std::size_t place = 0;
  for (std::size_t seen = 0; place < text.size(); ++place) {
    if (begins(text[place])) ++seen;
    if (seen == column) break;
  }
  return printable(text) + "\n  " + std::string(columns_of(printable(text.substr(0, place))), ' ') + "^";
}

class parser {
public:
  parser(const std::vector<std::string>& words, std::istream& input) : words_(words), input_(input) {}

  command_line read() {
    while (next_ < words_.size()) take(words_[next_++]);
    if (wants_help_) result_.what = action::help;
    if (result_.what == action::run) finish();
    return std::move(result_);
  }

private:
  void take(const std::string& word) {
    if (!only_words_ && word == "--") {
      only_words_ = true;
    } else if (!only_words_ && looks_like_option(word)) {
      take_option(word);
    } else if (!only_words_ && is_store(word)) {
      refuse_store();
    } else if (!has_verb_) {
      take_verb(word);
    } else if (!result_.verb && result_.what == action::help) {
      result_.verb = operations::find_operation(word);
      if (find_own_verb(word)) result_.own_verb = word;
      if (!result_.verb && result_.own_verb != word) refuse_verb(word);
    } else if (!result_.verb && result_.what == action::completion && shell_.empty()) {
      shell_ = word;
      if (word != "bash")
        throw usage_error("there is no completion for " + word_in_quotes(word), "There is one for bash.");
    } else if (result_.verb && result_.what == action::run) {
      plain_.push_back(word);
    } else if (has_own_arguments()) {
      result_.own_words.push_back(word);
    } else {
      throw usage_error(word_in_quotes(word) + " is one word too many");
    }
  }

  void take_verb(const std::string& word) {
    has_verb_ = true;
    if (find_own_verb(word)) result_.own_verb = word;
    if (word == "help") return;
    result_.verb = operations::find_operation(word);
    if (result_.verb) {
      result_.what = action::run;
    } else if (word == "version") {
      result_.what = action::version;
    } else if (word == "completion") {
      result_.what = action::completion;
    } else if (word == "manual") {
      result_.what = action::manual;
    } else if (word == "serve") {
      result_.what = action::serve;
    } else if (word == "token") {
      result_.what = action::token;
    } else {
      refuse_verb(word);
    }
  }

  void take_option(const std::string& word) {
    if (word == "-h" || word == "--help") {
      wants_help_ = true;
      return;
    }
    if (word == "--version") {
      result_.what = action::version;
      has_verb_ = true;
      return;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    inline_value_ = equals == word.npos ? std::nullopt : std::optional(word.substr(equals + 1));
    if (!take_common(name)) take_parameter(name);
    if (inline_value_) throw usage_error(word_in_quotes(name) + " takes no value");
  }

  // The value of an option.
  std::string value_of(const std::string& name) {
    if (inline_value_) return *std::exchange(inline_value_, std::nullopt);
    if (next_ == words_.size()) throw usage_error(word_in_quotes(name) + " needs a value behind it");
    return words_[next_++];
  }

  bool take_common(const std::string& name) {
    if (name == "--store" || name == "-s") {
      result_.store = value_of(name);
    } else if (name == "--output" || name == "-o") {
      take_output(value_of(name));
    } else if (name == "--color") {
      take_colour(value_of(name));
    } else if (name == "--yes" || name == "-y") {
      result_.is_agreed = true;
    } else if (name == "--watch") {
      result_.is_watched = true;
    } else {
      return false;
    }
    return true;
  }

  void take_output(const std::string& word) {
    if (word == "table") return void(result_.output = output_format::table);
    if (word == "json") return void(result_.output = output_format::json);
    if (word == "jsonl") return void(result_.output = output_format::jsonl);
    if (word == "ids") return void(result_.output = output_format::ids);
    throw usage_error("--output is " + word_in_quotes(word) + "; it must be one of: table, json, jsonl, ids");
  }

  void take_colour(const std::string& word) {
    if (word == "auto") return void(result_.colour = colour_use::automatic);
    if (word == "always") return void(result_.colour = colour_use::always);
    if (word == "never") return void(result_.colour = colour_use::never);
    throw usage_error("--color is " + word_in_quotes(word) + "; it must be one of: auto, always, never");
  }

  bool has_own_arguments() const { return result_.what == action::serve || result_.what == action::token; }

  void take_own_option(const std::string& name) {
    const auto& known = own_options_of(result_.own_verb);
    const auto found = std::ranges::find(known, name, &common_option::name);
    if (found == known.end()) {
      std::vector<std::string> names;
      for (const common_option& each : known) names.emplace_back(each.name);
      const std::string meant = nearest(name, names);
      throw usage_error("'" + result_.own_verb + "' has no option " + word_in_quotes(name),
                        meant.empty() ? "" : "Did you mean '" + meant + "'?");
    }
    const std::string text = found->value.empty() ? "" : value_of(name);
    if (!result_.own_options.emplace(name, text).second) throw usage_error(name + " is given twice");
  }

  void take_parameter(const std::string& name) {
    if (has_own_arguments()) return take_own_option(name);
    if (!result_.verb) throw usage_error("the option " + word_in_quotes(name) + " belongs behind a command");
    const auto& known = result_.verb->parameters;
    const auto found =
        std::ranges::find_if(known, [&](const parameter& each) { return option_of(each) == name; });
    if (found == known.end()) refuse_option(name);
    if (found->type == value_type::flag) {
      named_[found->name] = true;
    } else {
      const std::string text = value_of(name);
      if (is_store(text)) refuse_store();
      add(named_, *found, text);
    }
  }

  [[noreturn]] void refuse_option(const std::string& name) {
    std::vector<std::string> names;
    for (const parameter& each : result_.verb->parameters) names.push_back(option_of(each));
    for (const common_option& each : common_options()) names.emplace_back(each.name);
    const std::string meant = nearest(name, names);
    throw usage_error("'" + result_.verb->name + "' has no option " + word_in_quotes(name),
                      meant.empty() ? help_for(*result_.verb) : "Did you mean '" + meant + "'?");
  }

  // Lists grow, everything else is given once.
  void add(boost::json::object& to, const parameter& what, const std::string& text) {
    if (what.type == value_type::texts || what.type == value_type::choices) {
      auto& all = to[what.name];
      if (!all.is_array()) all.emplace_array();
      add_to_list(all.get_array(), what, text);
    } else if (to.contains(what.name)) {
      throw usage_error(option_of(what) + " is given twice");
    } else {
      to[what.name] = converted(what, text);
    }
  }

  // Several choices may be separated by commas: no choice has one.
  void add_to_list(boost::json::array& all, const parameter& what, std::string text) {
    while (what.type == value_type::choices && text.find(',') != text.npos) {
      all.emplace_back(converted(what, text.substr(0, text.find(','))));
      text.erase(0, text.find(',') + 1);
    }
    all.emplace_back(converted(what, text));
  }

  boost::json::value converted(const parameter& what, std::string text) {
    const bool is_payload = what.type == value_type::payload;
    if (is_payload && text == "-") {
      text = rest_of_input();
    } else if (is_payload && text.starts_with("@")) {
      text = text_of_file(text.substr(1));
    }
    // People know the option, and not the parameter.
    parameter typed = what;
    if (what.given == presence::optional) typed.name = option_of(what);
    try {
      return operations::value_from_text(typed, text);
    } catch (const filter_error& e) {
      throw usage_error(e.what(), place_in(text, e.column()));
    } catch (const duroxide::error& e) {
      throw usage_error(e.what(), is_payload
                                      ? "It has to be JSON; a text has quotes of its own: '\"like this\"'. "
                                        "'-' reads it from the standard input, '@FILE' from a file."
                                      : help_for(*result_.verb));
    }
  }

  std::string rest_of_input() { return {std::istreambuf_iterator<char>(input_), {}}; }

  std::vector<std::string> ids() {
    std::vector<std::string> all;
    for (const std::string& each : plain_) {
      if (each != "-") {
        all.push_back(each);
        continue;
      }
      for (std::string line; std::getline(input_, line);)
        if (!line.empty()) all.push_back(line);
    }
    return all;
  }

  void finish() {
    const bool looks = result_.verb->needs == operations::store_access::reading && !takes_file(*result_.verb);
    if (result_.is_watched && !looks)
      throw usage_error("'" + result_.verb->name + "' is no command that looks, so it cannot be watched");
    if (takes_several(*result_.verb)) {
      const std::vector<std::string> all = ids();
      if (all.empty() && plain_.empty() && !named_.contains("id"))
        refuse_missing(result_.verb->parameters[0]);
      for (const std::string& each : all) {
        result_.given.push_back(named_);
        result_.given.back()["id"] = each;
      }
      if (plain_.empty()) result_.given.push_back(named_);
    } else {
      place_plain_words();
      result_.given.push_back(named_);
    }
  }

  void place_plain_words() {
    std::size_t used = 0;
    for (const parameter& each : result_.verb->parameters) {
      if (each.given == presence::optional || named_.contains(each.name)) continue;
      if (used < plain_.size()) {
        add(named_, each, plain_[used++]);
      } else if (each.given == presence::required) {
        refuse_missing(each);
      }
    }
    if (used == plain_.size()) return;
    throw usage_error(word_in_quotes(plain_[used]) + " is one word too many", help_for(*result_.verb));
  }

  [[noreturn]] void refuse_missing(const parameter& each) {
    throw usage_error("'" + result_.verb->name + "' needs " + each.name + ": " + each.help,
                      help_for(*result_.verb));
  }

  const std::vector<std::string>& words_;
  std::istream& input_;
  std::size_t next_ = 0;
  bool has_verb_ = false;
  bool only_words_ = false;
  bool wants_help_ = false;
  std::string shell_;
  std::optional<std::string> inline_value_;
  std::vector<std::string> plain_;  // words that are no options
  boost::json::object named_;
  command_line result_;
};

}  // namespace

command_line parse(const std::vector<std::string>& words, std::istream& input) {
  return parser(words, input).read();
}

const std::vector<common_option>& common_options() {
  static const std::vector<common_option> all{
      {"--store", "URL", "the store, or the name of a profile; without it DUROXIDE_STORE"},
      {"--output", "FORMAT", "table (for people), json, jsonl (an object a line), or ids"},
      {"--color", "WHEN", "auto, always or never"},
      {"--watch", "", "of commands that look: show it again every two seconds, until Ctrl-C"},
      {"--yes", "", "do not ask before something is deleted"},
      {"--help", "", "show this help"}};
  return all;
}

const std::vector<common_option>& own_verbs() {
  static const std::vector<common_option> all{
      {"serve", "[OPTION]...", "Serve the store over HTTP, until it is interrupted"},
      {"token", "NAME ROLE [--payloads]", "Make a token for 'serve': read, operate or admin"},
      {"help", "[COMMAND]", "Show help, of all commands or of one"},
      {"version", "", "Show the version"},
      {"completion", "bash", "Print a script that completes commands and options in a shell"},
      {"manual", "", "Print the manual page, in troff"}};
  return all;
}

const common_option* find_own_verb(std::string_view name) {
  const auto& all = own_verbs();
  const auto found = std::ranges::find(all, name, &common_option::name);
  return found == all.end() ? nullptr : &*found;
}

const std::vector<common_option>& own_options_of(std::string_view verb) {
  static const std::vector<common_option> of_serve{
      {"--listen", "ADDRESS:PORT", "where to listen (default: 127.0.0.1:8080); port 0: one that is free"},
      {"--tokens", "FILE", "who may do what, a token a line, as 'duroxide token' prints them"},
      {"--certificate", "FILE", "serve by TLS, with this certificate (PEM)"},
      {"--key", "FILE", "the key of the certificate (PEM)"},
      {"--read-only", "", "nobody may change anything"},
      {"--insecure", "", "listen where others can reach it without a certificate, or without tokens"}};
  static const std::vector<common_option> of_token{
      {"--payloads", "", "who has the token sees inputs, outputs and values, too"}};
  static const std::vector<common_option> none;
  if (verb == "serve") return of_serve;
  return verb == "token" ? of_token : none;
}

std::string option_of(const parameter& each) {
  std::string name = "--" + each.name;
  std::ranges::replace(name, '_', '-');
  return name;
}

bool takes_several(const operation& verb) {
  const auto is_plain = [](const parameter& each) { return each.given != presence::optional; };
  return std::ranges::count_if(verb.parameters, is_plain) == 1 && verb.parameters[0].name == "id";
}

bool takes_file(const operation& verb) {
  return std::ranges::any_of(verb.parameters,
                             [](const parameter& each) { return each.type == value_type::file; });
}

}  // namespace duroxide::cli
