// The HTTP door: what a client and its administration can do, for programs in any language, and for people with curl.
// Link duroxide::http.
#pragma once

#include "duroxide/client.hpp"
#include "duroxide/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace duroxide::http {

// Each may do what those before it may: look; start, signal, cancel and pause; delete.
enum class role : std::uint8_t { read, operate, admin };

std::string_view to_string(role what);
// Throws configuration_error (invalid_argument) for any other word.
role role_from(std::string_view word);

// A token, and the line of a file of tokens that lets in whoever sends it. The file has no secrets: a line has the
// SHA-256 of its token.
struct token {
  std::string secret;
  std::string line;
};

// A new one, with 256 random bits. `name` is how audit records call its holder. Without `sees_payloads`, inputs,
// outputs, payloads of events and values are masked. Throws configuration_error (invalid_argument) for a name that is
// empty, or has blanks or control characters in it.
token make_token(const std::string& name, role may, bool sees_payloads);

// A request that was to change something, as it ended.
struct audit_record {
  std::string user;       // by the file of tokens; "anonymous" where nobody needs one
  std::string from;       // the address that it came from
  std::string operation;  // by the catalogue: "cancel"
  std::string subject;    // the instance or the durable actor, if it is about one
  unsigned status = 0;    // of the answer

  // "ada from 10.0.0.7: cancel order-7: 200". Text from outside has no control characters in it.
  std::string text() const;
};

struct options {
  // An IPv4 or IPv6 address of this machine. One that other machines can reach needs a certificate and a file of
  // tokens, unless `is_insecure`.
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: one that is free
  // PEM files. Both, for TLS, or none.
  std::string certificate_file{};
  std::string key_file{};
  // Lines as make_token makes them; others are empty, or comments that begin with #. Read again when it changes. One
  // that cannot be read lets nobody in. Empty: nobody needs a token, and everybody who reaches the port may do all.
  std::string token_file{};
  bool is_insecure = false;
  bool is_read_only = false;  // nobody may change anything

  std::size_t io_threads = 2;      // for all sockets and waits
  std::size_t store_threads = 4;   // of calls to the store at one time
  std::size_t store_queue = 256;   // calls that wait for one of these; more are answered with 503
  std::size_t connections = 4096;  // at one time; more are answered with 503
  std::size_t header_bytes = 16UL * 1024;
  std::size_t body_bytes = 1024UL * 1024;
  duration header_timeout = std::chrono::seconds(10);  // for the header of a request, and for a TLS handshake
  duration body_timeout = std::chrono::seconds(30);    // for the body of a request
  duration write_timeout = std::chrono::seconds(30);   // for each 64 KiB of an answer
  duration idle_timeout = std::chrono::seconds(60);    // of a connection between requests
  duration longest_wait = std::chrono::minutes(1);     // waits that ask for more end after this

  // Called for each request that is to change something, when it has ended, from several threads; must not block, and
  // must not throw.
  std::function<void(const audit_record&)> audit{};
  // Called when who runs the server has to do something, as when the file of tokens cannot be read any more; likewise.
  std::function<void(const std::string&)> warn{};
  // More text for /metrics, in the format of Prometheus: [&] { return to_prometheus(runtime.metrics()); }.
  std::function<std::string()> metrics{};
};

// Serves from when it is made until `stop`. Any thread may call its members. It works with the client of a runtime in
// this process (runtime::client()) or with one that works through the store (client(provider)).
class server {
public:
  // Throws configuration_error (invalid_argument) for options that are not legal, files that cannot be read included,
  // and infrastructure_error (store_unavailable) if the address cannot be listened on.
  explicit server(duroxide::client client, options how = {});
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();  // stops

  std::uint16_t port() const noexcept;
  // "http://127.0.0.1:8080".
  const std::string& url() const noexcept;

  // Accepts no more connections, ends waits (503), and lets requests that are under way finish for at most `patience`;
  // connections that are open then are closed. Blocks until all of that is done, and calls to the store have come back.
  void stop(duration patience = std::chrono::seconds(10));

private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace duroxide::http
