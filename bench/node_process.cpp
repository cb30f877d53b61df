#include "bench/node_process.hpp"

#include "bench/measurements.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto patience = 30s;
constexpr const char* store_variable = "DUROXIDE_BENCH_STORE";

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

struct pipe_ends {
  descriptor reading;
  descriptor writing;
};

pipe_ends make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, "pipe2");
  return {descriptor(ends[0]), descriptor(ends[1])};
}

std::vector<std::string> arguments_of(const workload& what, const run_request& how) {
  std::vector<std::string> all{"duroxide_bench", "--serve",   "--workload",
                               what.name,        "--workers", std::to_string(how.workers)};
  if (how.lanes) all.insert(all.end(), {"--lanes", std::to_string(*how.lanes)});
  if (how.relaxed_durability) all.emplace_back("--relaxed-durability");
  return all;
}

// This process's own, with another store.
std::vector<std::string> environment_with(const std::string& url) {
  const std::string assignment = std::string(store_variable) + "=";
  std::vector<std::string> all{assignment + url};
  for (char** each = environ; *each != nullptr; ++each)
    if (!std::string_view(*each).starts_with(assignment)) all.emplace_back(*each);
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& each : texts) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

// How a process begins: with these standard streams, and deaf to Ctrl-C from its first moment.
class beginning {
public:
  beginning(const descriptor& input, const descriptor& output) {
    posix_spawn_file_actions_init(&streams_);
    posix_spawn_file_actions_adddup2(&streams_, input.number(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&streams_, output.number(), STDOUT_FILENO);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    posix_spawnattr_init(&signals_);
    posix_spawnattr_setsigmask(&signals_, &blocked);
    posix_spawnattr_setflags(&signals_, POSIX_SPAWN_SETSIGMASK);
  }
  beginning(const beginning&) = delete;
  beginning& operator=(const beginning&) = delete;
  ~beginning() {
    posix_spawnattr_destroy(&signals_);
    posix_spawn_file_actions_destroy(&streams_);
  }

  pid_t run(std::vector<std::string> arguments, std::vector<std::string> environment) const {
    pid_t process = -1;
    const int error = posix_spawn(&process, "/proc/self/exe", &streams_, &signals_,
                                  pointers_to(arguments).data(), pointers_to(environment).data());
    if (error != 0) fail(error, "a node process cannot be begun");
    return process;
  }

private:
  posix_spawn_file_actions_t streams_{};
  posix_spawnattr_t signals_{};
};

}  // namespace

node_process::node_process(const workload& what, const run_request& how) {
  pipe_ends input = make_pipe();
  pipe_ends output = make_pipe();
  process_ =
      beginning(input.reading, output.writing).run(arguments_of(what, how), environment_with(how.store));
  to_ = std::move(input.writing);
  from_ = std::move(output.reading);
}

node_process::~node_process() { kill(); }

void node_process::wait_until_ready() {
  if (read_line() != "ready") throw std::runtime_error("a node process did not become ready");
}

node_report node_process::report() {
  if (process_ < 0) return last_;
  const char ask = '?';
  if (::write(to_.number(), &ask, 1) != 1) throw std::runtime_error("a node process does not listen");
  return last_ = report_from(read_line());
}

void node_process::ask_to_stop() {
  if (process_ > 0) ::kill(process_, SIGTERM);
}

void node_process::wait_for_end() {
  if (process_ < 0) return;
  last_ = report_from(read_line());
  if (!has_ended_by(clock::now() + patience)) throw std::runtime_error("a node process does not end");
}

void node_process::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  has_ended_by(clock::now() + patience);
}

std::string node_process::read_line() {
  const auto deadline = clock::now() + patience;
  std::string line;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    pollfd source{from_.number(), POLLIN, 0};
    const int ready = ::poll(&source, 1, static_cast<int>(std::max(left, 0ms).count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) throw std::runtime_error("a node process does not answer");
    char next = 0;
    if (::read(from_.number(), &next, 1) != 1) throw std::runtime_error("a node process has ended too early");
    if (next == '\n') return line;
    line += next;
  }
}

// The system knows what a killed process has used since its last report.
bool node_process::has_ended_by(clock::time_point deadline) {
  while (process_ > 0) {
    int status = 0;
    rusage usage{};
    if (::wait4(process_, &status, WNOHANG, &usage) == process_) {
      process_ = -1;
      last_.cpu_s = cpu_seconds(usage);
    } else if (clock::now() > deadline) {
      return false;
    } else {
      std::this_thread::sleep_for(1ms);
    }
  }
  return true;
}

}  // namespace duroxide::bench
