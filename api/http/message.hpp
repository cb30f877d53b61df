// A request and its answer, as the door sees them: without sockets.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace duroxide::http {

// Headers that the door does not look at are not here; one that is not there is empty.
struct request {
  std::string method;
  std::string target;
  std::string host{};
  std::string origin{};
  std::string authorization{};
  std::string content_type{};
  std::string idempotency_key{};
  std::string body{};
  std::string from{};  // the address of the peer
};

struct response {
  unsigned status = 200;
  std::string type = "application/json";  // of the body
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

// As it goes over the wire. An answer to HEAD has no body, and the length that it would have.
std::string wire_text(const response& what, bool has_body, bool keeps_connection);

// "Not Found".
std::string phrase_of(unsigned status);

}  // namespace duroxide::http
