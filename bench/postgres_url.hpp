// The URL of a PostgreSQL store: a database, and perhaps `schema=NAME` among its options, which libpq does
// not know. A password may stand before the options, with anything in it.
#pragma once

#include <optional>
#include <string>

namespace duroxide::bench {

std::optional<std::string> schema_of(const std::string& url);
std::string without_schema(const std::string& url);
// In place of the one that it names, if it does.
std::string with_schema(const std::string& url, const std::string& schema);

}  // namespace duroxide::bench
