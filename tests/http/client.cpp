#include "tests/http/client.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace duroxide::testing_support {

namespace {

constexpr int patience_in_seconds = 20;

std::string in_small_letters(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

http_answer parse_header(const std::string& text) {
  http_answer found;
  found.status = static_cast<unsigned>(std::stoul(text.substr(text.find(' ') + 1, 3)));
  for (std::size_t begin = text.find("\r\n") + 2; begin < text.size();) {
    const std::size_t end = text.find("\r\n", begin);
    const std::string line = text.substr(begin, end - begin);
    const std::size_t colon = line.find(": ");
    if (colon != line.npos) found.headers[in_small_letters(line.substr(0, colon))] = line.substr(colon + 2);
    begin = end + 2;
  }
  return found;
}

bool names_header(const http_call& what, const std::string& name) {
  return std::ranges::any_of(
      what.headers, [&](const std::string& each) { return in_small_letters(each).starts_with(name + ":"); });
}

}  // namespace

std::string http_answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

http_connection::http_connection(std::uint16_t port)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{patience_in_seconds, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof(where)) == 0) return;
  close(socket_);
  throw std::runtime_error("nobody listens on port " + std::to_string(port));
}

http_connection::~http_connection() { close(socket_); }

bool http_connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void http_connection::end() { shutdown(socket_, SHUT_WR); }

// False at the end.
bool http_connection::fill() {
  std::array<char, 65536> part{};
  const ssize_t count = recv(socket_, part.data(), part.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    throw std::runtime_error("the server does not answer");
  if (count <= 0) return false;
  input_.append(part.data(), static_cast<std::size_t>(count));
  return true;
}

http_answer http_connection::read(bool has_body) {
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == input_.npos)
    if (!fill()) return {};
  http_answer found = parse_header(input_.substr(0, end + 2));
  input_.erase(0, end + 4);
  const std::string length = found.header("content-length");
  const std::size_t wanted = has_body && !length.empty() ? std::stoul(length) : 0;
  while (input_.size() < wanted)
    if (!fill()) throw std::runtime_error("the answer is cut off");
  found.body = input_.substr(0, wanted);
  input_.erase(0, wanted);
  return found;
}

bool http_connection::is_closed() { return input_.empty() && !fill(); }

bool http_connection::has_input() const {
  pollfd wanted{socket_, POLLIN, 0};
  return !input_.empty() || poll(&wanted, 1, 0) == 1;
}

std::string wire_text_of(const http_call& what) {
  std::string text = what.method + " " + what.target + " HTTP/1.1\r\n";
  if (!names_header(what, "host")) text += "Host: localhost\r\n";
  if (!what.body.empty() && !names_header(what, "content-type")) text += "Content-Type: application/json\r\n";
  for (const std::string& each : what.headers) text += each + "\r\n";
  if (!what.body.empty()) text += "Content-Length: " + std::to_string(what.body.size()) + "\r\n";
  return text + "\r\n" + what.body;
}

http_answer call(std::uint16_t port, const http_call& what) {
  http_connection connection(port);
  connection.send(wire_text_of(what));
  return connection.read(what.method != "HEAD");
}

}  // namespace duroxide::testing_support
