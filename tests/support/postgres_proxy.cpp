#include "tests/support/postgres_proxy.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace duroxide::testing_support {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kept = 256;  // longer than any text that is looked for

// The last message of an answer: "ready", and whether inside of a transaction.
bool is_complete(std::string_view answer) {
  constexpr std::string_view ready{"Z\0\0\0\5", 5};
  return answer.size() > ready.size() && answer.substr(answer.size() - 6, 5) == ready;
}

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path)
    throw std::runtime_error("the path of the socket is too long: " + path.string());
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

int connected_to(const fs::path& path) {
  const sockaddr_un address = address_of(path);
  const int descriptor = new_socket();
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return descriptor;
  ::close(descriptor);
  return -1;
}

int listening_on(const fs::path& path) {
  const sockaddr_un address = address_of(path);
  const int descriptor = new_socket();
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(descriptor, 50) != 0)
    throw std::runtime_error("nobody can listen on " + path.string());
  return descriptor;
}

std::string received_from(int descriptor) {
  std::array<char, 65536> bytes{};
  const auto size = ::recv(descriptor, bytes.data(), bytes.size(), 0);
  return size > 0 ? std::string(bytes.data(), static_cast<std::size_t>(size)) : std::string();
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void keep_last(std::string& text, const std::string& bytes) {
  text += bytes;
  if (text.size() > kept) text.erase(0, text.size() - kept);
}

}  // namespace

postgres_proxy::postgres_proxy(const postgres_server& server) : server_(server.socket()) {
  std::string pattern = (fs::temp_directory_path() / "duroxide-proxy-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder could be made: " + pattern);
  folder_ = pattern;
  url_ = "postgresql://duroxide@/postgres?host=" + folder_.string() + "&port=" + server.port();
  listener_ = listening_on(folder_ / server_.filename());
  nudge_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { run(); });
}

postgres_proxy::~postgres_proxy() {
  stopping_ = true;
  nudge();
  thread_.join();
  for (const int each : forgotten_) ::close(each);
  for (link& each : links_) end(each);
  ::close(listener_);
  ::close(nudge_);
  fs::remove_all(folder_);
}

void postgres_proxy::add(rule added) {
  const std::lock_guard lock(mutex_);
  rules_.push_back(std::move(added));
}

void postgres_proxy::nudge() {
  constexpr std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(nudge_, &one, sizeof one);
}

void postgres_proxy::forget_clients() {
  forgets_ = true;
  nudge();
}

void postgres_proxy::drop_clients() {
  std::uint64_t times = 0;
  [[maybe_unused]] const auto taken = ::read(nudge_, &times, sizeof times);
  if (!forgets_.exchange(false)) return;
  for (const link& each : links_) {
    ::close(each.client);
    forgotten_.push_back(each.server);
  }
  links_.clear();
}

void postgres_proxy::run() {
  while (!stopping_) {
    std::vector<pollfd> sources{{nudge_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const link& each : links_) {
      sources.push_back({each.client, POLLIN, 0});
      sources.push_back({each.server, POLLIN, 0});
    }
    ::poll(sources.data(), sources.size(), -1);
    if (sources[0].revents != 0) {
      drop_clients();
      continue;
    }
    std::size_t index = 2;
    for (link& each : links_) {
      if (sources[index++].revents != 0) from_client(each);
      if (sources[index++].revents != 0 && !each.ended) from_server(each);
    }
    links_.remove_if([](const link& each) { return each.ended; });
    if (sources[1].revents != 0) welcome();
  }
}

void postgres_proxy::welcome() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = turns_away_ ? -1 : connected_to(server_);
  if (server < 0) {
    ::close(client);
    return;
  }
  link& made = links_.emplace_back();
  made.client = client;
  made.server = server;
}

void postgres_proxy::end(link& session) {
  ::close(session.client);
  ::close(session.server);
  session.ended = true;
}

void postgres_proxy::from_client(link& session) {
  const std::string bytes = received_from(session.client);
  if (bytes.empty() || !apply_rules(session, bytes) || !send_all(session.server, bytes)) end(session);
}

// False if the session is to end, and `bytes` with it.
bool postgres_proxy::apply_rules(link& session, const std::string& bytes) {
  keep_last(session.sent, bytes);
  const std::string all = bytes.size() > kept ? bytes : session.sent;
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(
      rules_, [&](const rule& each) { return all.find(each.text) != std::string::npos; });
  if (found == rules_.end()) return true;
  const fault how = found->how;
  rules_.erase(found);
  session.loses_answer = how == fault::answer_lost;
  if (session.loses_answer) return true;
  ++losses_;
  if (how == fault::cut) send_all(session.server, bytes);
  return false;
}

void postgres_proxy::from_server(link& session) {
  const std::string bytes = received_from(session.server);
  if (bytes.empty()) return end(session);
  if (!session.loses_answer) {
    if (!send_all(session.client, bytes)) end(session);
    return;
  }
  keep_last(session.answered, bytes);
  if (!is_complete(session.answered)) return;
  ++losses_;
  end(session);
}

}  // namespace duroxide::testing_support
