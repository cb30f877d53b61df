#include "bench/driver.hpp"

#include "bench/elapsed.hpp"
#include "bench/judge.hpp"
#include "bench/progress.hpp"
#include "bench/stop.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace duroxide::bench {

namespace {

using clock = std::chrono::steady_clock;
using state_lock = std::unique_lock<std::mutex>;

constexpr std::chrono::minutes patience{10};
constexpr std::chrono::milliseconds glance{100};  // how often Ctrl-C is looked for

}  // namespace

std::string new_prefix(const std::string& workload) {
  return workload + "-" + std::to_string(clock::now().time_since_epoch().count()) + "-";
}

struct driver::state : std::enable_shared_from_this<state> {
  state(const workload& each, client_port& through, const load& wanted)
      : what(each), port(through), how(wanted), prefix(new_prefix(each.name)) {
    if (how.in_flight == 0) how.in_flight = std::max<std::size_t>(how.instances, 1);
  }

  std::string id_of(std::size_t i) const { return prefix + std::to_string(i); }

  // One more in flight, if there is room and time for it.
  bool take_room(progress& shown) {
    state_lock lock(mutex);
    while (running == how.in_flight && !asked_to_stop()) glance_at(lock, shown);
    if (asked_to_stop() || (how.seconds && clock::now() - began >= std::chrono::seconds(*how.seconds)))
      return false;
    ++running;
    ++begun;
    return true;
  }

  void wait_for_all(progress& shown) {
    state_lock lock(mutex);
    while (running != 0 && !asked_to_stop()) glance_at(lock, shown);
  }

  void glance_at(state_lock& lock, progress& shown) {
    changed.wait_for(lock, glance);
    shown.show(endings.size(), how.seconds ? 0 : how.instances);
  }

  // What comes after a start, its wait too, comes when it is done: starts may have to wait for their turn.
  void start(std::size_t i) {
    start_request request{what.orchestration, id_of(i), what.input(i)};
    const clock::time_point started = clock::now();
    port.start(std::move(request),
               [self = shared_from_this(), i, started](const result<start_result, error_details>& done) {
                 if (self->is_abandoned()) return;
                 if (!done) return self->hear(i, started, done.error());
                 self->go_on(i, started);
               });
  }

  void go_on(std::size_t i, clock::time_point started) {
    if (!what.talk) return wait_for_end(i, started);
    what.talk(port, id_of(i), [self = shared_from_this(), i, started] { self->wait_for_end(i, started); });
  }

  void wait_for_end(std::size_t i, clock::time_point started) {
    if (is_abandoned()) return;
    port.wait(
        {id_of(i), std::nullopt, std::nullopt, patience},
        [self = shared_from_this(), i, started](const end_of_wait& ended) { self->hear(i, started, ended); });
  }

  void hear(std::size_t i, clock::time_point started, const end_of_wait& ended) {
    const clock::time_point now = clock::now();
    if (is_abandoned()) return;
    const bool right = is_right(what, id_of(i), i, ended);
    const std::lock_guard lock(mutex);
    endings.push_back({i, started, now, right});
    const bool was_full = running-- == how.in_flight;
    if (was_full || running == 0) changed.notify_one();  // nobody waits for anything else
  }

  bool is_abandoned() {
    const std::lock_guard lock(mutex);
    return abandoned;
  }

  const workload what;
  client_port& port;
  load how;
  const std::string prefix;
  const clock::time_point began = clock::now();

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::size_t begun = 0;
  std::size_t running = 0;
  std::vector<ending> endings;
  bool abandoned = false;
};

driver::driver(const workload& what, client_port& port, const load& how)
    : state_(std::make_shared<state>(what, port, how)) {}

driver::~driver() {
  const std::lock_guard lock(state_->mutex);
  state_->abandoned = true;
}

void driver::run() {
  progress shown(state_->what.name);
  for (std::size_t i = 0; i < state_->how.instances && state_->take_room(shown); ++i) state_->start(i);
  state_->wait_for_all(shown);
}

std::string driver::id_of(std::size_t instance) const { return state_->id_of(instance); }

std::size_t driver::ended() const {
  const std::lock_guard lock(state_->mutex);
  return state_->endings.size();
}

std::vector<ending> driver::endings() const {
  const std::lock_guard lock(state_->mutex);
  return state_->endings;
}

std::vector<std::size_t> driver::in_flight() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<bool> has_ended(state_->begun, false);
  for (const ending& each : state_->endings) has_ended[each.instance] = true;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < has_ended.size(); ++i)
    if (!has_ended[i]) numbers.push_back(i);
  return numbers;
}

std::vector<outcome> driver::outcomes() const {
  std::vector<outcome> all;
  for (const ending& each : endings()) all.push_back({each.right, milliseconds(each.ended - each.started)});
  return all;
}

}  // namespace duroxide::bench
