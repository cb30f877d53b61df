#include "tests/persistence/sqlite/interleavings/player.hpp"

#include "tests/persistence/sqlite/interleavings/operations.hpp"
#include "tests/persistence/sqlite/interleavings/stops.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace duroxide::interleavings {

namespace {

void write_line(int to, std::string line) {
  std::ranges::replace(line, '\n', ' ');
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const auto written = ::send(to, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (written <= 0) throw std::runtime_error("nobody listens");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// -- in the process that plays --------------------------------------------------------

class playing {
public:
  playing(int socket, const std::string& file) : socket_(socket), calls_(file) {
    stop_at_statements([this](std::string_view statement, bool holds) { stop(statement, holds); });
  }

  void obey() {
    std::istringstream line(read_line());
    std::string word;
    std::string name;
    std::uint32_t lane = 0;
    line >> word >> name >> lane;
    if (word == "prepare") {
      const without_stops now;
      next_ = calls_.prepare(name, lane);
      write_line(socket_, "ready");
    } else if (word == "forget") {
      calls_.forget();
      write_line(socket_, "ready");
    } else {
      perform();
    }
  }

private:
  void perform() {
    begun_ = false;
    std::string line;
    try {
      line = "end " + next_();
    } catch (const refusal& refused) {
      line = std::string("refused ") + refused.what();
    } catch (const std::exception& error) {
      line = std::string("error ") + error.what();
    }
    write_line(socket_, line);
  }

  // The first one is passed by: nothing has been done before it.
  void stop(std::string_view statement, bool holds) {
    if (!std::exchange(begun_, true)) return;
    write_line(socket_, (holds ? "holds " : "stop ") + std::string(statement));
    read_line();
  }

  std::string read_line() {
    std::string line;
    for (char each = 0;;) {
      if (::recv(socket_, &each, 1, 0) != 1) ::_exit(EXIT_FAILURE);
      if (each == '\n') return line;
      line += each;
    }
  }

  const int socket_;
  operations calls_;
  operations::operation next_;
  bool begun_ = false;
};

// Never returns into the test: what was inherited belongs to its parent.
[[noreturn]] void play(int socket, const std::string& file) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    playing all(socket, file);
    for (;;) all.obey();
  } catch (const std::exception& error) {
    write_line(socket, std::string("gone: ") + error.what());
    ::_exit(EXIT_FAILURE);
  }
}

}  // namespace

player::player(const std::string& file) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("no sockets could be made");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process could be made");
  if (process_ == 0) play(ends[1], file);
  ::close(ends[1]);
  socket_ = ends[0];
}

player::~player() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(socket_);
}

void player::say(const std::string& line) { write_line(socket_, line); }

std::optional<std::string> player::hear(std::chrono::milliseconds at_most) {
  for (;;) {
    const auto end = heard_.find('\n');
    if (end != std::string::npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      if (line.starts_with("gone: ")) throw std::runtime_error(line);
      return line;
    }
    pollfd entry{socket_, POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(at_most.count())) == 0) return std::nullopt;
    char bytes[4096];
    const auto read = ::recv(socket_, bytes, sizeof bytes, 0);
    if (read <= 0) throw std::runtime_error("a player is gone");
    heard_.append(bytes, static_cast<std::size_t>(read));
  }
}

}  // namespace duroxide::interleavings
