#include "persistence/postgres/conninfo.hpp"

#include "persistence/store_failure.hpp"

#include <libpq-fe.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace duroxide::persistence::postgres {

namespace {

// What a URL does not say. A server that is gone without a word (power cut, network) is noticed after about
// ten seconds, not after the two hours that the kernel takes by itself.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> defaults{{
    {"connect_timeout", "10"},
    {"keepalives_idle", "5"},
    {"keepalives_interval", "2"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "10000"},
    {"application_name", "duroxide"},
}};

struct free_options {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using options_ptr = std::unique_ptr<PQconninfoOption, free_options>;

options_ptr parse(const std::string& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    throw store_failure(store_fate::broken, error_kind::store_unavailable,
                        "a URL begins with postgresql://, as in postgresql://user@host:5432/database");
  char* said = nullptr;
  options_ptr options(PQconninfoParse(url.c_str(), &said));
  if (options) return options;
  // libpq repeats the URL in what it says, and a password with it.
  PQfreemem(said);
  throw store_failure(store_fate::broken, error_kind::store_unavailable,
                      "the URL cannot be understood. It is postgresql://USER:PASSWORD@HOST:PORT/DATABASE?"
                      "OPTION=VALUE; special characters in its parts are written as %XX.");
}

// As the documentation of libpq's keyword/value strings demands.
std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char each : value) {
    if (each == '\'' || each == '\\') text += '\\';
    text += each;
  }
  return text + "'";
}

void append(std::string& settings, std::string_view keyword, std::string_view value) {
  settings.append(keyword).append("=").append(quoted(value)).append(" ");
}

std::string value_of(const PQconninfoOption* options, std::string_view keyword) {
  for (; options->keyword != nullptr; ++options)
    if (keyword == options->keyword && options->val != nullptr) return options->val;
  return {};
}

std::string describe(const PQconninfoOption* options) {
  const std::string user = value_of(options, "user");
  const std::string port = value_of(options, "port");
  std::string text = "postgresql://" + user + (user.empty() ? "" : "@") + value_of(options, "host");
  if (!port.empty()) text += ":" + port;
  return text + "/" + value_of(options, "dbname");
}

}  // namespace

conninfo::conninfo(const std::string& url, std::function<std::string()> password)
    : password_(std::move(password)) {
  const options_ptr options = parse(url);
  description_ = describe(options.get());
  for (const auto* each = options.get(); each->keyword != nullptr; ++each)
    if (each->val != nullptr && !(password_ && std::string_view(each->keyword) == "password"))
      append(settings_, each->keyword, each->val);
  for (const auto& [keyword, value] : defaults)
    if (value_of(options.get(), keyword).empty()) append(settings_, keyword, value);
  append(settings_, "client_encoding", "UTF8");
}

std::string conninfo::for_new_connection() const {
  std::string settings = settings_;
  if (password_) append(settings, "password", password_());
  return settings;
}

}  // namespace duroxide::persistence::postgres
