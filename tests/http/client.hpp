// A client of HTTP over plain sockets, which can also say what no proper client says.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::testing_support {

struct http_answer {
  unsigned status = 0;                           // 0: the server has closed the connection without an answer
  std::map<std::string, std::string> headers{};  // by names in small letters
  std::string body{};

  boost::json::value json() const { return boost::json::parse(body); }
  std::string header(const std::string& name) const;
};

// Everything ends after some seconds at the latest, as a failure.
class http_connection {
public:
  explicit http_connection(std::uint16_t port);
  http_connection(const http_connection&) = delete;
  http_connection& operator=(const http_connection&) = delete;
  ~http_connection();

  // False if the server does not take it any more.
  bool send(std::string_view bytes);
  // Says that no more will come.
  void end();
  // The next answer. Of a HEAD it has no body.
  http_answer read(bool has_body = true);
  // Whether the server has closed it: waits until there is something to read.
  bool is_closed();
  // Whether there is something to read now, or the end.
  bool has_input() const;

private:
  bool fill();

  int socket_ = -1;
  std::string input_;
};

struct http_call {
  std::string method = "GET";
  std::string target = "/";
  std::string body{};
  std::vector<std::string> headers{};  // "Name: value"
};

// As it goes over the wire. A body is JSON unless the headers say otherwise.
std::string wire_text_of(const http_call& what);

// On a connection of its own.
http_answer call(std::uint16_t port, const http_call& what);

}  // namespace duroxide::testing_support
