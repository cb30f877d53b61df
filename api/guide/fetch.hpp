// A client of HTTP for the programs of the guide: as much of one as they need.
#pragma once

#include "guide/support.hpp"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace guide {

// The answer to one request on a connection of its own, with its header.
inline std::string fetch(std::uint16_t port, const std::string& method, const std::string& target,
                         const std::string& body = {}, const std::string& token = {}) {
  const int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  expect(connect(peer, reinterpret_cast<const sockaddr*>(&where), sizeof(where)) == 0);
  const std::string request =
      method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
      (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") +
      "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  expect(send(peer, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = recv(peer, part.data(), part.size(), 0)) > 0;)
    answer.append(part.data(), static_cast<std::size_t>(count));
  close(peer);
  return answer;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace guide
