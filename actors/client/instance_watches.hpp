// The monitors and subscriptions of a client actor.
#pragma once

#include "duroxide/caf/client_messages.hpp"
#include "actors/client/open_requests.hpp"

#include <caf/actor_addr.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

namespace duroxide::internal {

enum class watch_subject : std::uint8_t { end, status };

struct instance_watch {
  caf::actor_addr watcher;  // which it does not keep alive
  watch_subject subject = watch_subject::end;
  std::string instance;
  std::uint64_t last_seen = 0;
  absent_instance if_absent = absent_instance::fail;
  life_number life = 0;  // 0: not known yet
  std::stop_source taking_back{};
};

// What watches need of the actor that they belong to. What is asked is answered by a call of `found`, later.
class watch_host {
public:
  using number = open_requests::number;
  watch_host() = default;
  watch_host(const watch_host&) = delete;
  watch_host& operator=(const watch_host&) = delete;

  virtual void ask_status(number watch, const std::string& instance) = 0;
  virtual void ask_wait(number watch, wait_request what) = 0;
  // Calls `look` in a while, or says that it cannot.
  virtual bool look_later(number watch) = 0;
  virtual void tell(const caf::actor_addr& watcher, instance_changed what) = 0;
  virtual void tell(const caf::actor_addr& watcher, instance_down what) = 0;
  virtual void is_over(number watch, const caf::actor_addr& watcher) = 0;

protected:
  ~watch_host() = default;
};

// A watch asks for the status first, so that its life is known from then on, and waits then for that life only. Each
// ends with exactly one instance_down, unless its watcher ends or takes it back.
class instance_watches {
public:
  using number = watch_host::number;

  explicit instance_watches(watch_host& host) : host_(host) {}

  // REQUIRES: there is none for the same watcher, subject and instance.
  void add(number watch, instance_watch what);
  std::optional<number> find(const caf::actor_addr& watcher, watch_subject subject,
                             const std::string& instance) const;
  void look(number watch);
  void found(number watch, const result<instance_status, error_details>& outcome);
  // Without a word.
  void remove(number watch);
  void end(number watch, const error_details& why);
  std::vector<number> numbers() const;
  std::size_t size() const noexcept { return all_.size(); }

private:
  using key = std::tuple<caf::actor_addr, watch_subject, std::string>;

  void found_status(number watch, instance_watch& what, const instance_status& status);
  void wait(number watch, const instance_watch& what);
  void finish(number watch, instance_down last_word);

  watch_host& host_;
  std::map<number, instance_watch> all_;
  std::map<key, number> by_key_;
};

}  // namespace duroxide::internal
