#include "duroxide/open_store.hpp"

#include "duroxide/postgres_provider.hpp"
#include "duroxide/sqlite_provider.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace duroxide {

namespace {

// Where the query begins. As libpq sees it, what stands before an @ is a user and a password, which may hold a
// question mark.
std::size_t query_of(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  const std::size_t end_of_user = url.find_first_of("@/", host);
  const bool has_user = end_of_user != url.npos && url[end_of_user] == '@';
  return url.find('?', has_user ? end_of_user : host);
}

// Takes `schema=NAME` out of the query of `url`, because libpq does not know it.
std::optional<std::string> take_schema(std::string& url) {
  constexpr std::string_view option = "schema=";
  const std::size_t query = query_of(url);
  for (std::size_t position = query; position < url.size(); position = url.find('&', position + 1)) {
    if (url.compare(position + 1, option.size(), option) != 0) continue;
    const std::size_t end = std::min(url.find('&', position + 1), url.size());
    std::string name = url.substr(position + 1 + option.size(), end - position - 1 - option.size());
    const bool is_first = position == query && end < url.size();
    url.erase(is_first ? position + 1 : position, end - position);
    return name;
  }
  return std::nullopt;
}

std::shared_ptr<provider> open(const std::string& url, bool read_only) {
  constexpr std::string_view sqlite = "sqlite:";
  if (url == "sqlite::memory:") {
    if (!read_only) return sqlite_provider::open_in_memory();
    throw configuration_error(error_kind::invalid_argument,
                              "a database in memory is private and new; there is nothing to read in it");
  }
  if (url.starts_with(sqlite)) {
    sqlite_options options;
    options.read_only = read_only;
    return sqlite_provider::open(url.substr(sqlite.size()), options);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    std::string rest = url;
    const auto schema = take_schema(rest);
    postgres_options options;
    options.read_only = read_only;
    return schema ? postgres_provider::connect_with_schema(rest, *schema, std::move(options))
                  : postgres_provider::connect(rest, std::move(options));
  }
  // The rest of it may be a password.
  throw configuration_error(error_kind::invalid_argument,
                            "the URL of a store begins with sqlite: or postgresql://, this one with '" +
                                url.substr(0, url.find(':')).substr(0, 20) + "'");
}

}  // namespace

std::shared_ptr<provider> open_store(const std::string& url) { return open(url, false); }

std::shared_ptr<provider> open_store_for_reading(const std::string& url) { return open(url, true); }

}  // namespace duroxide
