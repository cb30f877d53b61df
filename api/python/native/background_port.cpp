#include "api/python/native/background_port.hpp"

#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace duroxide::python {

namespace {

class background_port final : public client_port {
public:
  explicit background_port(std::shared_ptr<client_port> port)
      : state_(std::make_shared<state>()), store_(port->store()), home_(::getpid()) {
    state_->port = std::move(port);
    // It may be in the middle of an operation when this port is dropped: nobody waits for it.
    std::thread([shared = state_] { shared->run(); }).detach();
  }
  background_port(const background_port&) = delete;
  background_port& operator=(const background_port&) = delete;
  ~background_port() override {
    if (::getpid() != home_) return;
    const std::lock_guard lock(state_->mutex);
    state_->ended = true;
    state_->changed.notify_one();
  }

  void start(start_request what, reply<start_result> done) override {
    add([what = std::move(what), done = std::move(done)](client_port& port) mutable {
      port.start(std::move(what), std::move(done));
    });
  }
  void post(message what, reply<std::monostate> done) override {
    add([what = std::move(what), done = std::move(done)](client_port& port) mutable {
      port.post(std::move(what), std::move(done));
    });
  }
  void ask(command_request what, reply<std::string> done) override {
    add([what = std::move(what), done = std::move(done)](client_port& port) mutable {
      port.ask(std::move(what), std::move(done));
    });
  }
  void query(query_request what, reply<std::string> done) override {
    add([what = std::move(what), done = std::move(done)](client_port& port) mutable {
      port.query(std::move(what), std::move(done));
    });
  }
  void status(std::string instance, reply<instance_status> done) override {
    add([instance = std::move(instance), done = std::move(done)](client_port& port) mutable {
      port.status(std::move(instance), std::move(done));
    });
  }
  void wait(wait_request what, reply<instance_status> done) override {
    add([what = std::move(what), done = std::move(done)](client_port& port) mutable {
      port.wait(std::move(what), std::move(done));
    });
  }
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override {
    add([instance = std::move(instance), key = std::move(key), done = std::move(done)](
            client_port& port) mutable { port.kv(std::move(instance), std::move(key), std::move(done)); });
  }
  void activities(std::string instance, reply<std::vector<activity_state>> done) override {
    add([instance = std::move(instance), done = std::move(done)](client_port& port) mutable {
      port.activities(std::move(instance), std::move(done));
    });
  }
  std::shared_ptr<provider> store() const override { return store_; }

private:
  using operation = std::function<void(client_port&)>;

  struct state {
    std::shared_ptr<client_port> port;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<operation> waiting;
    bool ended = false;

    void run() {
      for (;;) {
        std::unique_lock lock(mutex);
        while (waiting.empty() && !ended) changed.wait(lock);
        if (waiting.empty()) return;
        operation next = std::move(waiting.front());
        waiting.pop_front();
        lock.unlock();
        next(*port);
      }
    }
  };

  void add(operation what) {
    // After a fork there is no such thread; the store refuses what is asked of it there.
    if (::getpid() != home_) return what(*state_->port);
    const std::lock_guard lock(state_->mutex);
    state_->waiting.push_back(std::move(what));
    state_->changed.notify_one();
  }

  std::shared_ptr<state> state_;
  std::shared_ptr<provider> store_;
  pid_t home_;
};

}  // namespace

std::shared_ptr<client_port> in_background(std::shared_ptr<client_port> port) {
  return std::make_shared<background_port>(std::move(port));
}

}  // namespace duroxide::python
