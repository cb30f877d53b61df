// Waits that are served by looking at the store when it changes.
#include "actors/client/store_waits.hpp"

#include "tests/actors/parts/change_source.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/forwarding_provider.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace laws_of_store_waits {

using namespace duroxide;
using namespace duroxide::internal;
using namespace duroxide::testing_support;
using namespace std::chrono_literals;

namespace {

// A store of nothing but what can be waited for. It notes what it is asked.
class watched_store final : public forwarding_provider {
public:
  watched_store() : forwarding_provider(nullptr) {}

  void set(const std::string& instance, runtime_status status, std::uint64_t life = 1) {
    const std::lock_guard lock(mutex_);
    statuses_[instance].status = status;
    statuses_[instance].life = life;
  }
  void set_key(const std::string& instance, const std::string& key) {
    const std::lock_guard lock(mutex_);
    keys_.emplace(instance, key);
  }
  // What every question is answered with from now on, or no longer.
  void fail_with(std::optional<store_error> error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }
  void change() { changes_->change(); }
  std::size_t watches() const { return changes_->watches(); }
  // The instances of each question for all that wait.
  std::vector<std::set<std::string>> questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
  }
  int questions_for_lives() const {
    const std::lock_guard lock(mutex_);
    return questions_for_lives_;
  }
  // How often the status of the instance was asked for.
  int looks(const std::string& instance) const {
    const std::lock_guard lock(mutex_);
    const auto found = looks_.find(instance);
    return found == looks_.end() ? 0 : found->second;
  }

  stored<instance_status> status(const std::string& instance) override {
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    ++looks_[instance];
    const auto found = statuses_.find(instance);
    return found == statuses_.end() ? instance_status() : found->second;
  }
  stored<std::vector<kv_entry>> kv(const std::string& instance,
                                   const std::optional<std::string>& key) override {
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    if (!keys_.contains({instance, key.value()})) return std::vector<kv_entry>();
    return std::vector<kv_entry>(1);
  }
  stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) override {
    const std::lock_guard lock(mutex_);
    std::set<std::string> names;
    for (const auto& each : waits) names.insert(each.instance);
    questions_.push_back(std::move(names));
    if (failure_) return *failure_;
    std::vector<std::size_t> satisfied;
    for (std::size_t i = 0; i < waits.size(); ++i)
      if (is_satisfied(waits[i])) satisfied.push_back(i);
    return satisfied;
  }
  stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) override {
    const std::lock_guard lock(mutex_);
    ++questions_for_lives_;
    if (failure_) return *failure_;
    std::vector<std::uint64_t> found;
    for (const std::string& each : instances) {
      const auto known = statuses_.find(each);
      found.push_back(known == statuses_.end() ? 0 : known->second.life);
    }
    return found;
  }
  stored<std::unique_ptr<change_watch>> watch(watch_scope scope) override {
    CHECK(scope == watch_scope::everything);
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    return changes_->watch();
  }

private:
  bool is_satisfied(const awaited_instance& what) const {
    const instance_status& status = statuses_.at(what.instance);
    return status.life != what.life || is_terminal(status.status) ||
           (what.kv_key && keys_.contains({what.instance, *what.kv_key}));
  }

  const std::shared_ptr<change_source> changes_ =
      std::make_shared<change_source>(change_source::kind::waited_on);
  mutable std::mutex mutex_;
  std::map<std::string, instance_status> statuses_;
  std::set<std::pair<std::string, std::string>> keys_;
  std::optional<store_error> failure_;
  std::vector<std::set<std::string>> questions_;
  int questions_for_lives_ = 0;
  std::map<std::string, int> looks_;
};

// What one waiter is told.
class told {
public:
  reply<instance_status> reply_to() {
    return [state = state_](const result<instance_status, error_details>& outcome) {
      const std::lock_guard lock(state->mutex);
      ++state->times;
      state->text = outcome ? to_string(outcome->status) : to_string(outcome.error().kind);
    };
  }
  bool is_told() const { return times() > 0; }
  // Waits for it.
  std::string text() const {
    if (!eventually([this] { return is_told(); })) return "nothing";
    const std::lock_guard lock(state_->mutex);
    return state_->times == 1 ? state_->text : "told twice";
  }

private:
  struct state {
    std::mutex mutex;
    int times = 0;
    std::string text;
  };
  int times() const {
    const std::lock_guard lock(state_->mutex);
    return state_->times;
  }
  std::shared_ptr<state> state_ = std::make_shared<state>();
};

wait_request end_of(const std::string& instance, duration timeout = 1h) {
  wait_request what;
  what.instance = instance;
  what.timeout = timeout;
  return what;
}

wait_request start_and_end_of(const std::string& instance, duration timeout = 1h) {
  wait_request what = end_of(instance, timeout);
  what.if_absent = absent_instance::wait;
  return what;
}

// Waits on a store of two running instances, "a" and "b".
struct waiting_client {
  waiting_client() {
    store->set("a", runtime_status::running);
    store->set("b", runtime_status::running);
  }
  waiting_client(const waiting_client&) = delete;
  waiting_client& operator=(const waiting_client&) = delete;
  ~waiting_client() { waits->stop(); }

  told wait(wait_request what) const {
    told answer;
    CHECK_FALSE(waits->add(std::move(what), answer.reply_to()));
    return answer;
  }
  void change_to(const std::string& instance, runtime_status status, std::uint64_t life = 1) const {
    store->set(instance, status, life);
    store->change();
  }

  const std::shared_ptr<watched_store> store = std::make_shared<watched_store>();
  const std::shared_ptr<store_waits> waits = std::make_shared<store_waits>(store);
};

}  // namespace

LAW("a wait ends when the store has changed, and the instance has ended") {
  const waiting_client client;
  const told answer = client.wait(end_of("a"));
  client.change_to("a", runtime_status::completed);
  CHECK(answer.text() == "completed");
}

LAW("a wait for what is there already ends at once, and one for nothing fails") {
  const waiting_client client;
  client.store->set("a", runtime_status::failed);
  CHECK(client.wait(end_of("a")).text() == "failed");
  CHECK(client.wait(end_of("nobody")).text() == "instance_not_found");
}

LAW("a wait for a key ends when the instance has it") {
  const waiting_client client;
  wait_request what = end_of("a");
  what.kv_key = "total";
  const told answer = client.wait(what);
  client.store->set_key("a", "total");
  client.store->change();
  CHECK(answer.text() == "running");
}

LAW("a wait is for the life that was there when it began") {
  const waiting_client client;
  const told answer = client.wait(end_of("a"));
  client.change_to("a", runtime_status::completed, 2);
  CHECK(answer.text() == "instance_not_found");
}

LAW("a wait for a start ends when the store has changed, and the instance has been started and has ended") {
  const waiting_client client;
  const told answer = client.wait(start_and_end_of("late"));
  client.change_to("a", runtime_status::completed);
  CHECK(client.wait(end_of("a")).text() == "completed");
  CHECK_FALSE(answer.is_told());
  client.change_to("late", runtime_status::completed);
  CHECK(answer.text() == "completed");
}

LAW("a wait for a start is for the life that was found, once one is") {
  const waiting_client client;
  const told answer = client.wait(start_and_end_of("late"));
  client.change_to("late", runtime_status::running);
  REQUIRE(eventually([&] { return client.store->looks("late") == 2; }));
  client.change_to("late", runtime_status::completed, 2);
  CHECK(answer.text() == "instance_not_found");
}

LAW("a wait for a start and a key ends when the instance has it") {
  const waiting_client client;
  wait_request what = start_and_end_of("late");
  what.kv_key = "total";
  const told answer = client.wait(what);
  client.store->set_key("late", "total");
  client.change_to("late", runtime_status::running);
  CHECK(answer.text() == "running");
}

LAW("a wait for a start ends with its time, when it is taken back, and with its client") {
  told left;
  {
    const waiting_client client;
    CHECK(client.wait(start_and_end_of("nobody", 1ms)).text() == "timed_out");
    std::stop_source taking_back;
    wait_request what = start_and_end_of("nobody");
    what.taken_back = taking_back.get_token();
    const told taken_back = client.wait(what);
    taking_back.request_stop();
    CHECK(taken_back.text() == "cancelled");
    left = client.wait(start_and_end_of("nobody"));
  }
  CHECK(left.text() == "runtime_stopped");
}

LAW("nobody asks which instances are there while nobody waits for a start") {
  const waiting_client client;
  const told answer = client.wait(end_of("a"));
  client.change_to("a", runtime_status::completed);
  CHECK(answer.text() == "completed");
  CHECK(client.store->questions_for_lives() == 0);
}

LAW("a wait ends with its time, though nothing changes") {
  const waiting_client client;
  CHECK(client.wait(end_of("a", 1ms)).text() == "timed_out");
  CHECK(client.wait(end_of("a", 0ms)).text() == "timed_out");
}

LAW("a wait that is taken back ends, though nothing changes, and others go on") {
  const waiting_client client;
  std::stop_source taking_back;
  wait_request what = end_of("a");
  what.taken_back = taking_back.get_token();
  const told taken_back = client.wait(what);
  const told kept = client.wait(end_of("a"));
  taking_back.request_stop();
  CHECK(taken_back.text() == "cancelled");
  CHECK_FALSE(kept.is_told());
  CHECK(client.wait(what).text() == "cancelled");
}

LAW("one question is asked for all that wait, and one for each that need not wait any longer") {
  const waiting_client client;
  const told a = client.wait(end_of("a"));
  const told b = client.wait(end_of("b"));
  client.change_to("a", runtime_status::completed);
  CHECK(a.text() == "completed");
  const auto questions = client.store->questions();
  CHECK(std::ranges::find(questions, std::set<std::string>{"a", "b"}) != questions.end());
  CHECK(client.store->looks("a") == 2);
  CHECK(client.store->looks("b") == 1);
  CHECK_FALSE(b.is_told());
  CHECK(client.store->watches() == 1);
}

LAW("a store that cannot be looked at takes no wait") {
  const waiting_client client;
  client.store->fail_with(store_error{});
  told answer;
  const auto refused = client.waits->add(end_of("a"), answer.reply_to());
  CHECK((refused && refused->kind == error_kind::store_unavailable));
  CHECK_FALSE(answer.is_told());
  client.store->fail_with(std::nullopt);
  CHECK(client.wait(end_of("a", 0ms)).text() == "timed_out");
}

LAW("waits outlive a store that does not answer, but not one that is gone") {
  const waiting_client client;
  const told a = client.wait(end_of("a"));
  const told b = client.wait(end_of("b"));
  client.store->fail_with(store_error{});
  const std::size_t asked = client.store->questions().size();
  client.change_to("a", runtime_status::completed);
  CHECK(eventually([&] { return client.store->questions().size() > asked; }));
  CHECK_FALSE(a.is_told());
  client.store->fail_with(std::nullopt);
  client.store->change();
  CHECK(a.text() == "completed");
  client.store->fail_with(store_error{commit_certainty::broken, error_kind::store_gone, "gone"});
  client.store->change();
  CHECK(b.text() == "store_gone");
}

LAW("waits that are open when the client goes fail, and the watch of the store ends") {
  told answer;
  std::shared_ptr<watched_store> store;
  {
    const waiting_client client;
    store = client.store;
    answer = client.wait(end_of("a"));
  }
  CHECK(answer.text() == "runtime_stopped");
  CHECK(eventually([&] { return store->watches() == 0; }));
}

LAW("whoever is told may begin the next wait, and may be the last who holds the client") {
  const waiting_client client;
  told second;
  std::atomic<bool> has_begun = false;
  std::atomic<bool> has_stopped = false;
  CHECK_FALSE(client.waits->add(end_of("a"), [&](const auto&) {
    has_begun = !client.waits->add(end_of("b"), second.reply_to());
    client.waits->stop();
    has_stopped = true;
  }));
  client.change_to("a", runtime_status::completed);
  CHECK(eventually([&] { return has_stopped.load(); }));
  CHECK(has_begun);
  CHECK(second.text() == "runtime_stopped");
}

}  // namespace laws_of_store_waits
