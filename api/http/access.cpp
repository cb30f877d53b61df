#include "api/http/access.hpp"

#include "api/http/problem.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

namespace duroxide::http {

namespace {

std::string small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

// "localhost" of "localhost:8080", and "::1" of "[::1]:8080".
std::string name_of_host(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

bool is_number_of_host(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(AF_INET, name.c_str(), parsed.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), parsed.data()) == 1;
}

std::optional<std::string> token_in(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (small_letters(authorization.substr(0, scheme.size())) != scheme) return std::nullopt;
  const auto begin = authorization.find_first_not_of(' ', scheme.size());
  return begin == authorization.npos ? std::nullopt : std::optional(std::string(authorization.substr(begin)));
}

response unauthorized(std::string_view why) {
  response made = problem(401, "unauthorized", why);
  made.headers.emplace_back("WWW-Authenticate", "Bearer");
  return made;
}

}  // namespace

access_rules::access_rules(const options& how)
    : tokens_(how.token_file.empty() ? nullptr : std::make_unique<token_file>(how.token_file, how.warn)),
      checks_host_(!tokens_ && !how.is_insecure), is_read_only_(how.is_read_only) {}

// A page of another site must not act here for whoever looks at it: neither directly, nor under a name of its own that
// it has had resolved to this machine.
std::optional<response> access_rules::refused_origin(const request& asked) const {
  const std::string host = small_letters(asked.host);
  if (!asked.origin.empty()) {
    const std::string origin = small_letters(asked.origin);
    if (origin != "http://" + host && origin != "https://" + host)
      return problem(403, "forbidden", "requests of pages of another origin are refused");
  }
  if (!checks_host_) return std::nullopt;
  const std::string name = name_of_host(host);
  if (name == "localhost" || is_number_of_host(name)) return std::nullopt;
  return problem(421, "forbidden",
                 "this server needs no token, so it serves requests for localhost and for addresses only");
}

std::variant<identity, response> access_rules::admit(const request& asked) {
  if (auto refused = refused_origin(asked)) return *std::move(refused);
  if (!tokens_) return identity{"anonymous", role::admin, true};
  const auto token = token_in(asked.authorization);
  if (!token) return unauthorized("a token is needed, as the header Authorization: Bearer TOKEN");
  if (auto found = tokens_->find(*token)) return *std::move(found);
  // Its path and its lines are for who runs the server.
  if (!tokens_->is_readable())
    return problem(503, "tokens_unavailable", "the file of tokens cannot be read now, so nobody is let in");
  return unauthorized("this token is not known");
}

std::optional<response> access_rules::refusal(const identity& user, const operations::operation& what) const {
  const role needed = role_for(what.does);
  if (user.may < needed)
    return problem(403, "forbidden",
                   "'" + what.name + "' needs the role " + std::string(to_string(needed)) + "; " + user.name +
                       " has the role " + std::string(to_string(user.may)));
  if (is_read_only_ && needed != role::read)
    return problem(403, "forbidden", "this server only reads; '" + what.name + "' would change something");
  return std::nullopt;
}

role role_for(operations::effect does) {
  if (does == operations::effect::reads) return role::read;
  return does == operations::effect::changes ? role::operate : role::admin;
}

}  // namespace duroxide::http
