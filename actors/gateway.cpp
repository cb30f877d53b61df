#include "actors/gateway.hpp"

#include "actors/messages.hpp"

#include <caf/send.hpp>

#include <atomic>

namespace duroxide::internal {

namespace {

error_details stopped() {
  return {error_category::infrastructure,
          error_kind::runtime_stopped,
          "the runtime is stopped; what was accepted before goes on when it is started again",
          {}};
}

// A message that nobody will read is destroyed by its mailbox: then its caller must still be told.
template <class T> class answered_once {
public:
  explicit answered_once(reply<T> done) : done_(std::move(done)) {}
  answered_once(const answered_once&) = delete;
  answered_once& operator=(const answered_once&) = delete;
  ~answered_once() { answer(stopped()); }

  void answer(result<T, error_details> outcome) {
    if (!answered_.exchange(true)) done_(std::move(outcome));
  }

private:
  reply<T> done_;
  std::atomic<bool> answered_ = false;
};

template <class T> reply<T> always_answered(reply<T> done) {
  auto once = std::make_shared<answered_once<T>>(std::move(done));
  return [once](result<T, error_details> outcome) { once->answer(std::move(outcome)); };
}

}  // namespace

void gateway::open(peers_ptr all) {
  std::lock_guard lock(mutex_);
  peers_ = std::move(all);
}

void gateway::close() { open(nullptr); }

peers_ptr gateway::current() const {
  std::lock_guard lock(mutex_);
  return peers_;
}

void gateway::start(start_request what, reply<start_result> done) {
  peers_ptr all = current();
  if (!all) return done(stopped());
  const caf::actor& to = all->dispatcher_of(what.instance);
  caf::anon_send(to, start_here{std::move(what), always_answered(std::move(done))});
}

void gateway::post(message what, reply<std::monostate> done) {
  peers_ptr all = current();
  if (!all) return done(stopped());
  caf::anon_send(all->journal, commit_post{std::move(what), always_answered(std::move(done))});
}

void gateway::status(std::string instance, reply<instance_status> done) {
  peers_ptr all = current();
  if (!all) return done(stopped());
  auto answer = [done = always_answered(std::move(done))](stored<instance_status> status) {
    if (status) return done(*std::move(status));
    done(error_details{error_category::infrastructure, status.error().kind, status.error().message, {}});
  };
  caf::anon_send(all->loader, status_request{std::move(instance), std::move(answer)});
}

void gateway::wait(wait_request what, reply<instance_status> done) {
  peers_ptr all = current();
  if (!all) return done(stopped());
  const caf::actor& to = all->dispatcher_of(what.instance);
  caf::anon_send(to, wait_here{std::move(what), always_answered(std::move(done))});
}

}  // namespace duroxide::internal
