#include "api/cli/store_address.hpp"

#include "duroxide/open_store.hpp"
#include "api/cli/usage.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <string_view>
#include <vector>

namespace duroxide::cli {

namespace {

constexpr const char* how_to_name =
    "Name it by --store or by DUROXIDE_STORE: sqlite:FILE, or postgresql://USER@HOST/DATABASE. "
    "'duroxide help' tells of profiles.";

std::string value_of(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string path_of_profiles() {
  if (const std::string path = value_of("DUROXIDE_PROFILES"); !path.empty()) return path;
  if (const std::string folder = value_of("XDG_CONFIG_HOME"); !folder.empty())
    return folder + "/duroxide/profiles";
  return value_of("HOME") + "/.config/duroxide/profiles";
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

// Lines of `name = URL`; others are empty, or comments that begin with #.
std::map<std::string, std::string> read_profiles(const std::string& path) {
  std::map<std::string, std::string> found;
  std::ifstream file(path);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    line = trimmed(line);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t equals = line.find('=');
    const std::string name = trimmed(line.substr(0, equals));
    if (equals == line.npos || name.empty() || name.find(':') != name.npos)
      throw usage_error("line " + std::to_string(number) + " of " + path + " is no profile",
                        "A profile is a line like: prod = postgresql://USER@HOST/DATABASE");
    found[name] = trimmed(line.substr(equals + 1));
  }
  return found;
}

[[noreturn]] void refuse_profile(const std::string& name,
                                 const std::map<std::string, std::string>& profiles) {
  std::vector<std::string> names;
  for (const auto& [known, url] : profiles) names.push_back(known);
  const std::string meant = nearest(name, names);
  const bool is_path = name.find('/') != name.npos || name.find('.') != name.npos;
  if (is_path)
    throw usage_error(word_in_quotes(name) + " is not the URL of a store",
                      "A file is named as sqlite:" + name);
  throw usage_error("there is no profile " + word_in_quotes(name) + " in " + path_of_profiles(),
                    meant.empty() ? how_to_name : "Did you mean '" + meant + "'?");
}

}  // namespace

std::string store_address(const std::optional<std::string>& typed) {
  const std::string wanted = typed ? *typed : value_of("DUROXIDE_STORE");
  if (typed && wanted.empty()) throw usage_error("--store is empty", how_to_name);
  if (wanted.find(':') != wanted.npos) return wanted;
  const auto profiles = read_profiles(path_of_profiles());
  const auto found = profiles.find(wanted.empty() ? "default" : wanted);
  if (found != profiles.end()) return found->second;
  if (wanted.empty()) throw usage_error("no store is named", how_to_name);
  refuse_profile(wanted, profiles);
}

std::shared_ptr<provider> open_for(const operations::operation& verb, const std::string& url) {
  using operations::store_access;
  if (url == "sqlite::memory:")
    throw usage_error("a database in memory belongs to the process that made it; a command cannot see it",
                      how_to_name);
  if (verb.needs == store_access::migrating) return open_store(url);
  auto store = open_store_for_reading(url);
  return verb.needs == store_access::reading ? store : open_store(url);
}

}  // namespace duroxide::cli
