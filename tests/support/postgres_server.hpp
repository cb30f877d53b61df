// A PostgreSQL server of the test's own, which it may stop, crash and spoil.
#pragma once

#include <filesystem>
#include <string>

namespace duroxide::testing_support {

// Started with this object and removed with it. Members throw std::runtime_error if the server does not obey.
class postgres_server {
public:
  postgres_server();
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;
  ~postgres_server();

  // By its socket, where everybody is let in.
  const std::string& url() const { return url_; }
  // By TCP, where a password is asked for.
  std::string tcp_url(const std::string& user, const std::string& password,
                      const std::string& database = "postgres") const;
  const std::string& port() const { return port_; }
  std::filesystem::path socket() const { return folder_ / (".s.PGSQL." + port_); }
  std::filesystem::path data() const { return folder_ / "data"; }

  // `mode`: "fast" ends all sessions; "immediate" is a crash.
  void stop(const std::string& mode = "fast") { control("stop", mode); }
  // Of a server that stands still too: starts it.
  void restart(const std::string& mode = "fast") { control("restart", mode); }

  // Keeps a copy of its data as they are. `go_back` crashes it and starts it again on that copy, so that it
  // has lost what was committed since; `as_standby`: takes no writes then until it is promoted.
  void keep_copy() { control("copy"); }
  void go_back(bool as_standby = false);

private:
  friend class pooler;
  friend class standby;
  // What the script says.
  std::string control(const std::string& verb, const std::string& mode = "") const;

  std::filesystem::path folder_;
  std::string port_;
  std::string url_;
};

// A standby that follows a server, as long as this object; the server must not end before.
class standby {
public:
  explicit standby(const postgres_server& primary);
  standby(const standby&) = delete;
  standby& operator=(const standby&) = delete;
  ~standby();

  const std::string& url() const { return url_; }

private:
  std::filesystem::path folder_;
  std::string url_;
};

// A PgBouncer in front of a server, as long as this object.
class pooler {
public:
  // `mode`: "session" or "transaction".
  pooler(const postgres_server& behind, std::string mode);
  pooler(const pooler&) = delete;
  pooler& operator=(const pooler&) = delete;
  ~pooler();

  const std::string& url() const { return url_; }

private:
  const postgres_server& behind_;
  const std::string mode_;
  std::string url_;
};

// One for the whole program: making one takes seconds. A test leaves it running.
postgres_server& private_server();

}  // namespace duroxide::testing_support
