// URLs of stores, and paths of files. Nothing is opened: the functions that would open a store are defined
// here, and note what they were given.
#include "duroxide/open_store.hpp"
#include "duroxide/postgres_provider.hpp"
#include "duroxide/sqlite_provider.hpp"
// Compiled in here: some of what they have is private to them, and nothing else needs them.
#include "persistence/open_store.cpp"
#include "persistence/postgres/conninfo.cpp"
#include "persistence/sqlite/file_probe.cpp"
#include "persistence/sqlite/location.cpp"
#include "tests/fuzz/fuzzing.hpp"

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace duroxide {

namespace {

struct opened_store {
  std::string where;
  std::optional<std::string> schema;
};
opened_store opened;

}  // namespace

std::shared_ptr<provider> sqlite_provider::open(const std::string& path, sqlite_options) {
  opened = {path, std::nullopt};
  return nullptr;
}
std::shared_ptr<provider> sqlite_provider::open_in_memory() {
  opened = {":memory:", std::nullopt};
  return nullptr;
}
std::shared_ptr<provider> postgres_provider::connect(const std::string& url, postgres_options) {
  opened = {url, std::nullopt};
  return nullptr;
}
std::shared_ptr<provider>
postgres_provider::connect_with_schema(const std::string& url, const std::string& schema, postgres_options) {
  opened = {url, schema};
  return nullptr;
}

namespace fuzz {

namespace {

using namespace persistence;

using settings = std::map<std::string, std::string>;

std::optional<settings> parsed(const std::string& text) {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(text.c_str(), nullptr), PQconninfoFree);
  if (!options) return std::nullopt;
  settings found;
  for (const auto* each = options.get(); each->keyword != nullptr; ++each)
    if (each->val != nullptr) found[each->keyword] = each->val;
  return found;
}

std::optional<postgres::conninfo> understood(const std::string& url) {
  try {
    return postgres::conninfo(url, nullptr);
  } catch (const store_failure& e) {
    law(e.error().certainty == commit_certainty::broken && e.error().kind == error_kind::store_unavailable,
        "a URL that cannot be understood is no store");
    return std::nullopt;
  }
}

void check_connection(const std::string& url) {
  const auto target = understood(url);
  if (!target) return;
  law(url.find('\0') == url.npos, "what stands behind a NUL in a URL is not passed over");
  const auto given = parsed(target->for_new_connection());
  law(given.has_value(), "libpq understands what is made of a URL");
  const settings intended = parsed(url).value();
  for (const auto& [keyword, value] : intended)
    if (!value.empty() && keyword != "client_encoding")
      law(given->contains(keyword) && given->at(keyword) == value, "libpq is given what the URL says");
}

// Whatever stands in a password: nothing of it may be shown.
void check_password(std::string_view input) {
  const std::string password = "Before" + std::string(input) + "Behind";
  if (const auto target = understood("postgresql://ann:" + password + "@host:5432/orders"))
    law(target->description().find("Before") == std::string::npos &&
            target->description().find("Behind") == std::string::npos,
        "a description shows nothing of a password");
}

void check_store(const std::string& url) {
  const bool known =
      unless_refused<configuration_error>([&] { return open_store(url) == nullptr; }).has_value();
  const bool is_postgres = url.starts_with("postgresql://") || url.starts_with("postgres://");
  law(known == (is_postgres || url.starts_with("sqlite:")), "only URLs of stores are taken");
  if (!known || !is_postgres) return;
  if (!opened.schema) return law(opened.where == url, "a URL without a schema is taken as it is");
  law(url.find("schema=" + *opened.schema) != std::string::npos, "the schema is the one in the URL");
  law(opened.where.size() < url.size(), "a schema is taken out of its URL");
  law(opened.schema->find('&') == std::string::npos, "a schema ends where the next option begins");
}

void check_path(const std::string& path) {
  try {
    const sqlite::location found = sqlite::locate(path);
    law(!path.empty() && path != ":memory:" && path.find('\0') == path.npos, "a path names a file");
    law(found.path.starts_with('/'), "a path is absolute");
    law(sqlite::locate(found.name).path == found.path, "a location is read back as it was written");
    law(sqlite::locate(sqlite::resolved(found, found.path).name).path == found.path,
        "further connections go to the same file");
  } catch (const store_failure& e) {
    law(e.error().certainty == commit_certainty::not_done && e.error().kind == error_kind::store_unavailable,
        "a path that no file can have is no store");
  }
}

}  // namespace

void take(std::string_view input) {
  const std::string text(input);
  check_store(text);
  check_connection(text);
  check_password(input);
  check_path(text);
}

}  // namespace fuzz

}  // namespace duroxide
