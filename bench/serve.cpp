#include "bench/serve.hpp"

#include "bench/counting_provider.hpp"
#include "bench/descriptor.hpp"
#include "bench/node_report.hpp"
#include "bench/open_store.hpp"
#include "bench/sowing.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace duroxide::bench {

namespace {

// SIGTERM, which is read from it. Ctrl-C goes to all processes of a terminal; the one that began this one
// decides what it means.
descriptor take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  sigdelset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  descriptor taken(signalfd(-1, &signals, SFD_CLOEXEC));
  if (taken.number() < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return taken;
}

// The standard output, which nobody else writes to from now on: the log does by itself.
descriptor take_output() {
  descriptor taken(dup(STDOUT_FILENO));
  dup2(STDERR_FILENO, STDOUT_FILENO);
  return taken;
}

void say(const descriptor& to, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(to.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody listens any more
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Answers each byte until it is time to stop.
void answer(const descriptor& signals, const descriptor& output, const store_counts& counts) {
  std::array<pollfd, 2> sources{pollfd{signals.number(), POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0}};
  while (true) {
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;
    if (sources[0].revents != 0) return;
    if (sources[1].revents == 0) continue;
    char asked = 0;
    if (::read(STDIN_FILENO, &asked, 1) != 1) return;
    say(output, to_line(report_of(counts)));
  }
}

}  // namespace

void serve(const workload& what, const run_request& how) {
  const descriptor signals = take_signals();
  const descriptor output = take_output();
  const auto counts = std::make_shared<store_counts>();
  {
    const auto store = count_calls(open_store({how.store, false, how.relaxed_durability}), counts);
    runtime runtime{store, options_of(how)};
    what.register_handlers(runtime);
    register_sower(runtime);
    runtime.start();
    say(output, "ready");
    answer(signals, output, *counts);
    runtime.shutdown();
  }
  say(output, to_line(report_of(*counts)));
}

}  // namespace duroxide::bench
