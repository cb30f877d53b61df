#include "bench/postgres_url.hpp"

#include <algorithm>
#include <string_view>

namespace duroxide::bench {

namespace {

constexpr std::string_view schema_option = "schema=";

// Where the options begin, with their question mark; npos: there are none. As for libpq, and for open_store,
// an @ before the first slash ends a password.
std::size_t options_of(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  const std::size_t end_of_user = url.find_first_of("@/", host);
  const bool has_user = end_of_user != std::string::npos && url[end_of_user] == '@';
  return url.find('?', has_user ? end_of_user : host);
}

struct place {
  std::size_t begin = 0;  // of the option
  std::size_t end = 0;
};

std::optional<place> find_schema(const std::string& url) {
  for (std::size_t position = options_of(url); position < url.size(); position = url.find('&', position + 1))
    if (url.compare(position + 1, schema_option.size(), schema_option) == 0)
      return place{position + 1, std::min(url.find('&', position + 1), url.size())};
  return std::nullopt;
}

}  // namespace

std::optional<std::string> schema_of(const std::string& url) {
  const auto found = find_schema(url);
  if (!found) return std::nullopt;
  return url.substr(found->begin + schema_option.size(), found->end - found->begin - schema_option.size());
}

std::string without_schema(const std::string& url) {
  const auto found = find_schema(url);
  if (!found) return url;
  const std::string before = url.substr(0, found->begin - 1);
  if (found->end == url.size()) return before;
  return before + url[found->begin - 1] + url.substr(found->end + 1);
}

std::string with_schema(const std::string& url, const std::string& schema) {
  const std::string rest = without_schema(url);
  return rest + (options_of(rest) == std::string::npos ? "?" : "&") + std::string(schema_option) + schema;
}

}  // namespace duroxide::bench
