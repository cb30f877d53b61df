// Tells other processes that there is something for them, off the path of the commits.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/postgres/batch_encoding.hpp"
#include "persistence/postgres/connection.hpp"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>

namespace duroxide::persistence::postgres {

// The channels of a schema, and what is said on them. A notification is a hint: if one is lost, the listener
// finds out by its next slow look.
struct channels {
  // "SENDER NODE NODE ..." or "SENDER *": look; "SENDER members": the members changed; "SENDER deleted":
  // so were instances that ran.
  std::string work;
  std::string commits;  // "SENDER": something was committed, for clients that wait
};

// NOTIFY takes a lock of the whole database until its transaction has ended, so it is in no commit of ours:
// a thread with a session of its own, which waits for no disk, says at most every few milliseconds what has
// come together. Any thread may call.
class notify_sender {
public:
  using session_maker = std::function<std::unique_ptr<connection>()>;

  notify_sender(session_maker connect, channels targets, std::string sender);
  notify_sender(const notify_sender&) = delete;
  notify_sender& operator=(const notify_sender&) = delete;
  // Says what is left to say, if the server is there.
  ~notify_sender();

  void wake(const wake_list& woken);
  void committed();
  void members_changed();
  void deleted();

private:
  struct news {
    std::set<std::int64_t> nodes;
    bool all = false;
    bool members = false;
    bool committed = false;
    bool deleted = false;
    bool empty() const noexcept { return nodes.empty() && !all && !members && !committed && !deleted; }
  };

  void run() DUROXIDE_EXCLUDES(mutex_);
  bool say(const news& what) DUROXIDE_EXCLUDES(mutex_);
  void say_on(const std::string& channel, const std::string& text);

  const session_maker connect_;
  const channels channels_;
  const std::string sender_;
  std::unique_ptr<connection> session_;
  detail::mutex mutex_;
  detail::condition_variable changed_;
  news pending_ DUROXIDE_GUARDED_BY(mutex_);
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace duroxide::persistence::postgres
