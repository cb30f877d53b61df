#include "api/cli/serving.hpp"

#include "duroxide/detail/mutex.hpp"
#include "duroxide/http.hpp"
#include "api/cli/failures.hpp"
#include "api/cli/store_address.hpp"
#include "api/cli/terminal.hpp"
#include "api/cli/usage.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace duroxide::cli {

namespace {

constexpr std::uint16_t usual_port = 8080;

// The signals by which people and service managers end a program. From now on they wait until they are taken; so it is
// to be made before there are other threads.
class stop_signals {
public:
  stop_signals() {
    sigemptyset(&all_);
    sigaddset(&all_, SIGINT);
    sigaddset(&all_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &all_, nullptr);
    signal(SIGPIPE, SIG_IGN);  // nobody need read what is written on the way
  }
  void wait() const {
    int taken = 0;
    sigwait(&all_, &taken);
  }
  // The next one ends the program at once.
  void release() const { pthread_sigmask(SIG_UNBLOCK, &all_, nullptr); }

private:
  sigset_t all_{};
};

// As many as there may be connections, if the system allows it, and some for the store.
void allow_sockets(std::size_t connections) {
  constexpr rlim_t others = 256;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + others) return;
  limit.rlim_cur = std::min<rlim_t>(connections + others, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string option(const command_line& line, const std::string& name) {
  const auto found = line.own_options.find(name);
  return found == line.own_options.end() ? "" : found->second;
}

std::uint16_t port_from(const std::string& listen, std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end)
    throw usage_error("--listen is " + word_in_quotes(listen) + "; it must be ADDRESS:PORT",
                      "For example 127.0.0.1:8080, or [::1]:8080.");
  return port;
}

// "127.0.0.1:8080", "[::1]:8080".
void set_address(http::options& how, const std::string& listen) {
  how.port = usual_port;
  if (listen.empty()) return;
  const std::size_t colon = listen.rfind(':');
  how.port = port_from(listen, colon == listen.npos ? "" : std::string_view(listen).substr(colon + 1));
  how.address = listen.substr(0, colon);
  if (how.address.starts_with('[') && how.address.ends_with(']'))
    how.address = how.address.substr(1, how.address.size() - 2);
}

http::options options_from(const command_line& line) {
  http::options how;
  set_address(how, option(line, "--listen"));
  how.token_file = option(line, "--tokens");
  how.certificate_file = option(line, "--certificate");
  how.key_file = option(line, "--key");
  how.is_read_only = line.own_options.contains("--read-only");
  how.is_insecure = line.own_options.contains("--insecure");
  return how;
}

// Waits need a store that is open for more than reading, so that it is opened as for an operation that waits.
std::shared_ptr<provider> open_to_serve(const command_line& line) {
  return open_for(*operations::find_operation("wait"), store_address(line.store));
}

}  // namespace

int serve(const command_line& line, std::ostream& output, std::ostream& complaints) {
  if (!line.own_words.empty()) throw usage_error(word_in_quotes(line.own_words[0]) + " is one word too many");
  http::options how = options_from(line);
  detail::mutex writing;
  const auto write = [&](const std::string& text) {
    const detail::lock_guard lock(writing);
    complaints << printable(text) + "\n" << std::flush;
  };
  how.audit = [&](const http::audit_record& record) { write("audit: " + record.text()); };
  how.warn = [&](const std::string& text) { write("duroxide: " + text); };
  allow_sockets(how.connections);
  const stop_signals signals;
  const std::shared_ptr<provider> store = open_to_serve(line);
  http::server server(client(store), how);
  if (how.is_insecure)
    complaints << "duroxide: this server is insecure: what protects it must be around it\n" << std::flush;
  output << "Serving " << store->description() << " on " << server.url() << "\n" << std::flush;
  signals.wait();
  signals.release();
  server.stop();
  return exit_done;
}

int make_token(const command_line& line, std::ostream& output) {
  if (line.own_words.size() != 2)
    throw usage_error("'token' needs a name and a role", "For example: duroxide token ada operate");
  const http::token made = http::make_token(line.own_words[0], http::role_from(line.own_words[1]),
                                            line.own_options.contains("--payloads"));
  if (line.output == output_format::table)
    output << "token  " << made.secret << "\nline   " << made.line << "\n";
  else
    output << boost::json::serialize(boost::json::object{{"token", made.secret}, {"line", made.line}})
           << "\n";
  return exit_done;
}

}  // namespace duroxide::cli
