// Stands between a provider and its server, and loses what it is told to lose.
#pragma once

#include "tests/support/postgres_server.hpp"

#include <atomic>
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace duroxide::testing_support {

// Forwards all bytes, on a thread of its own. What is to be lost is named by text that the provider sends,
// such as the id of an instance. Each loss happens once, and ends the session that it happens to. Any thread
// may call.
class postgres_proxy {
public:
  explicit postgres_proxy(const postgres_server& server);
  postgres_proxy(const postgres_proxy&) = delete;
  postgres_proxy& operator=(const postgres_proxy&) = delete;
  ~postgres_proxy();

  const std::string& url() const { return url_; }

  // What contains `text` never reaches the server.
  void lose_request(const std::string& text) { add({text, fault::request_lost}); }
  // It reaches the server, and is gone before the server has answered.
  void cut_after_request(const std::string& text) { add({text, fault::cut}); }
  // The server answers, and the answer is lost.
  void lose_answer(const std::string& text) { add({text, fault::answer_lost}); }
  // Ends all sessions at the client's end alone, as a power cut there does for the server.
  void forget_clients();
  // New sessions are turned away, from now on or not any more; those that are there stay.
  void turn_away(bool all) { turns_away_ = all; }
  int losses() const { return losses_; }

private:
  enum class fault { request_lost, cut, answer_lost };
  struct rule {
    std::string text;
    fault how;
  };
  struct link {
    int client = -1;
    int server = -1;
    std::string sent;  // the last of it
    std::string answered;
    bool loses_answer = false;
    bool ended = false;
  };

  void add(rule added);
  void nudge();
  void drop_clients();
  void run();
  void welcome();
  void from_client(link& session);
  void from_server(link& session);
  void end(link& session);
  bool apply_rules(link& session, const std::string& bytes);

  std::filesystem::path server_;
  std::filesystem::path folder_;
  std::string url_;
  int listener_ = -1;
  int nudge_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> turns_away_ = false;
  std::atomic<bool> forgets_ = false;
  std::atomic<int> losses_ = 0;
  std::mutex mutex_;  // guards rules_
  std::vector<rule> rules_;
  std::list<link> links_;
  std::vector<int> forgotten_;  // ends at the server that nobody is at the other end of
  std::thread thread_;
};

}  // namespace duroxide::testing_support
