// What a person has typed, understood by the catalogue of operations.
#pragma once

#include "api/cli/terminal.hpp"
#include "api/operations/catalogue.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::cli {

enum class output_format : std::uint8_t { table, json, jsonl, ids };

enum class action : std::uint8_t { run, help, version, completion, manual, serve, token };

struct command_line {
  action what = action::help;
  const operations::operation* verb = nullptr;  // of run, and of help for one verb
  std::optional<std::string> store{};           // a URL or a profile
  output_format output = output_format::table;
  colour_use colour = colour_use::automatic;
  bool is_agreed = false;   // --yes
  bool is_watched = false;  // --watch: again and again
  // The arguments of each time that the operation runs: as often as there are ids.
  std::vector<boost::json::object> given{};
  // Of verbs that are no operations: which one it is, its words, and its options by name.
  std::string own_verb{};
  std::vector<std::string> own_words{};
  std::map<std::string, std::string> own_options{};
};

// `input` is read where a word is '-'. Throws usage_error.
command_line parse(const std::vector<std::string>& words, std::istream& input);

// Options that every verb has, as help and completion show them.
struct common_option {
  std::string_view name;
  std::string_view value;  // empty: it takes none
  std::string_view help;
};
const std::vector<common_option>& common_options();

// "--created-after" for "created_after".
std::string option_of(const operations::parameter& each);

// Verbs that are no operations.
const std::vector<common_option>& own_verbs();
// Null if there is none of this name.
const common_option* find_own_verb(std::string_view name);
// Their options; none for most of them.
const std::vector<common_option>& own_options_of(std::string_view verb);

// Whether several ids may be given, and '-' for ids on the standard input.
bool takes_several(const operations::operation& verb);
bool takes_file(const operations::operation& verb);

}  // namespace duroxide::cli
