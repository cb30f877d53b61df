#include "persistence/postgres/conninfo.hpp"

#include "duroxide/detail/exception_text.hpp"
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

[[noreturn]] void throw_not_understood() {
  throw store_failure(commit_certainty::broken, error_kind::store_unavailable,
                      "the URL cannot be understood. It is postgresql://USER:PASSWORD@HOST:PORT/DATABASE?"
                      "OPTION=VALUE; special characters in its parts are written as %XX.");
}

// A password with an @ or a / in it ends there for libpq, which takes the rest for a host, a port, a database
// or an option, and names it. So a second @, or one behind a /, is refused wherever it stands, although libpq
// takes it in an option.
bool may_show_password(std::string_view url) {
  url.remove_prefix(url.find("//") + 2);
  const std::size_t end_of_user = url.find_first_of("@/");
  if (end_of_user == std::string_view::npos) return false;
  return url.find('@', url[end_of_user] == '@' ? end_of_user + 1 : 0) != std::string_view::npos;
}

bool is_port(std::string_view text) { return text.find_first_not_of("0123456789,") == text.npos; }

std::string value_of(const PQconninfoOption* options, std::string_view keyword) {
  for (; options->keyword != nullptr; ++options)
    if (keyword == options->keyword && options->val != nullptr) return options->val;
  return {};
}

options_ptr parse(const std::string& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    throw store_failure(commit_certainty::broken, error_kind::store_unavailable,
                        "a URL begins with postgresql://, as in postgresql://user@host:5432/database");
  if (url.find('\0') != url.npos) throw_not_understood();  // where libpq would end it
  char* complaint = nullptr;
  options_ptr options(PQconninfoParse(url.c_str(), &complaint));
  // libpq repeats the URL in what it says, and a password with it.
  PQfreemem(complaint);
  if (!options || may_show_password(url) || !is_port(value_of(options.get(), "port"))) throw_not_understood();
  return options;
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

[[noreturn]] void throw_no_password(const std::string& reason) {
  throw store_failure(commit_certainty::not_done, error_kind::store_unavailable,
                      "the password callback failed: " + reason);
}

// What users throw may come up on any thread of ours.
std::string asked(const std::function<std::string()>& password) {
  try {
    return password();
  } catch (const std::exception& e) {
    throw_no_password(duroxide::detail::text_of(e));
  } catch (...) {
    throw_no_password("it threw what is no std::exception");
  }
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
  if (password_) append(settings, "password", asked(password_));
  return settings;
}

}  // namespace duroxide::persistence::postgres
