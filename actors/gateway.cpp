#include "actors/gateway.hpp"

#include "duroxide/detail/payload_limit.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/clock.hpp"
#include "actors/messages.hpp"
#include "actors/not_registered.hpp"
#include "actors/waiter_list.hpp"

#include <caf/send.hpp>

#include <atomic>

namespace duroxide::internal {

error_details runtime_not_started() {
  return {error_category::infrastructure,
          error_kind::runtime_stopped,
          "the runtime has not been started; call runtime::start first",
          {}};
}

error_details runtime_has_stopped() {
  return {error_category::infrastructure,
          error_kind::runtime_stopped,
          "the runtime is stopped; what was accepted before goes on when it is started again",
          {}};
}

error_details runtime_is_joining() {
  return {error_category::infrastructure,
          error_kind::store_unavailable,
          "the runtime has lost its place in the store and is joining it again; ask again in a moment",
          {}};
}

error_details gateway::notice::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

void gateway::notice::change(error_details text) {
  const std::lock_guard lock(mutex_);
  text_ = std::move(text);
}

// A message that nobody will read is destroyed by its mailbox: then its caller must still be told.
template <class T> class gateway::answered_once {
public:
  answered_once(reply<T> done, std::shared_ptr<const notice> otherwise)
      : done_(std::move(done)), otherwise_(std::move(otherwise)) {}
  answered_once(const answered_once&) = delete;
  answered_once& operator=(const answered_once&) = delete;
  ~answered_once() {
    if (!answered_) answer(otherwise_->text());
  }

  void answer(result<T, error_details> outcome) {
    if (!answered_.exchange(true)) done_(std::move(outcome));
  }

private:
  reply<T> done_;
  std::shared_ptr<const notice> otherwise_;
  std::atomic<bool> answered_ = false;
};

template <class T> reply<T> gateway::always_answered(reply<T> done) const {
  auto once = std::make_shared<answered_once<T>>(std::move(done), notice_);
  return [once](result<T, error_details> outcome) { once->answer(std::move(outcome)); };
}

template <class T> bool gateway::refuses_child(const reply<T>& done) const {
  if (!home_.is_elsewhere()) return false;
  done(error_details{error_category::configuration,
                     error_kind::invalid_argument,
                     home_.refusal("the runtime of this client"),
                     {}});
  return true;
}

void gateway::open(peers_ptr all) {
  open_door opened;
  if (all) opened.store = std::make_shared<store_client>(all->store);
  opened.peers = std::move(all);
  {
    std::lock_guard lock(mutex_);
    std::swap(door_, opened);
  }
  // The one before goes here, without the lock: its waiters are answered.
}

void gateway::close(error_details why) {
  notice_->change(std::move(why));
  open(nullptr);
}

gateway::open_door gateway::current() const {
  std::lock_guard lock(mutex_);
  return door_;
}

std::shared_ptr<provider> gateway::store() const {
  if (home_.is_elsewhere())
    throw configuration_error(error_kind::invalid_argument, home_.refusal("the runtime of this client"));
  open_door at = current();
  return at.peers ? at.peers->store : nullptr;
}

// Whoever waits for long is told nothing but that: the request is done in its turn.
template <class Request, class T>
void gateway::admit(Request what, reply<T> done, void (gateway::*act)(Request, reply<T>)) {
  auto answer = always_answered(std::move(done));
  const bool waits = admission_.enter([at = weak_from_this(), what = std::move(what), answer, act] {
    const std::shared_ptr<gateway> door = at.lock();
    if (!door) return;  // whoever waits is told when this goes
    reply<T> over = [answer, at](result<T, error_details> outcome) {
      answer(std::move(outcome));
      if (auto still = at.lock()) still->admission_.leave();
    };
    ((*door).*act)(what, door->always_answered(std::move(over)));
  });
  if (!waits)
    answer(error_details{error_category::application,
                         error_kind::limit_exceeded,
                         "too many requests of clients wait already; go on when some have been answered "
                         "(runtime_options::client_request_limit)",
                         {}});
}

void gateway::start(start_request what, reply<start_result> done) {
  if (refuses_child(done)) return;
  admit(std::move(what), std::move(done), &gateway::start_now);
}

void gateway::post(message what, reply<std::monostate> done) {
  if (refuses_child(done)) return;
  admit(std::move(what), std::move(done), &gateway::post_now);
}

void gateway::start_now(start_request what, reply<start_result> done) {
  peers_ptr all = current().peers;
  if (!all) return done(refusal());
  if (auto refused = duroxide::detail::refused_payload("the input of orchestration", what.orchestration,
                                                       what.input, all->options.payload_limit))
    return done(*std::move(refused));
  // It is stored as the input of an execution, and in its history.
  if (auto refused = duroxide::detail::too_large_to_store("the input of orchestration", what.orchestration,
                                                          as_payload(what.input) + as_packed(what.input),
                                                          all->options.turn_limit))
    return done(*std::move(refused));
  const start_options& options = what.options;
  bool ours = all->owns(what.instance);
  if (ours && !all->handlers->find_orchestration(what.orchestration, options.version))
    return start_elsewhere(*all, std::move(what), std::move(done));
  if (ours && options.delay == duration::zero() && options.if_exists != existing_instance::replace_terminal) {
    const caf::actor& to = all->dispatcher_of(what.instance);
    caf::anon_send(to, start_here{std::move(what), always_answered(std::move(done))});
  } else if (options.if_exists != existing_instance::replace_terminal) {
    // By way of the store, which then has mail for its owner.
    caf::anon_send(all->journal(), commit_start{stored_start(what), always_answered(std::move(done))});
  } else {
    caf::anon_send(all->loader, ask_store{[what = std::move(what), done = always_answered(std::move(done))](
                                              provider& store) { done(start_in(store, what)); }});
  }
}

// Another node may be able to run it, and will get it from this one.
void gateway::start_elsewhere(const struct peers& all, start_request what, reply<start_result> done) {
  auto refusal = not_registered(*all.handlers, what.orchestration, what.options.version);
  if (!all.owned->is_partial()) return done(std::move(refusal));
  instance_needs needs{what.orchestration, what.options.version};
  caf::anon_send(all.loader, ask_store{[what = std::move(what), refusal = std::move(refusal),
                                        needs = std::move(needs), node = all.membership.node,
                                        done = always_answered(std::move(done))](provider& store) {
                   auto runs = store.is_runnable_elsewhere(node, needs);
                   if (!runs)
                     return done(error_details{
                         error_category::infrastructure, runs.error().kind, runs.error().message, {}});
                   done(*runs ? start_in(store, what) : refusal);
                 }});
}

void gateway::post_now(message what, reply<std::monostate> done) {
  peers_ptr all = current().peers;
  if (!all) return done(refusal());
  if (auto refused = duroxide::detail::refused_message(what, all->options.payload_limit))
    return done(*std::move(refused));
  if (auto refused =
          duroxide::detail::too_large_to_store(what, as_payload(what.data), all->options.turn_limit))
    return done(*std::move(refused));
  what.visible_at = wall_clock_now();
  caf::anon_send(all->journal(), commit_post{std::move(what), always_answered(std::move(done))});
}

// Whoever serves the wait has a moment to answer, and knows better.
reply<instance_status> gateway::in_time(const wait_request& what, reply<instance_status> done) {
  constexpr duration moment{100};
  if (duroxide::detail::simulated() || what.timeout >= duroxide::detail::longest_delay) return done;
  auto once = std::make_shared<answered_once<instance_status>>(std::move(done), notice_);
  const auto deadline = deadlines_->add(steady_in(what.timeout) + moment, [at = std::weak_ptr(once), what] {
    if (const auto waits = at.lock()) waits->answer(waited_too_long(what));
  });
  return [once, deadline, of = deadlines_](result<instance_status, error_details> outcome) {
    of->remove(deadline);
    once->answer(std::move(outcome));
  };
}

void gateway::wait(wait_request what, reply<instance_status> done) {
  if (refuses_child(done)) return;
  auto [all, elsewhere] = current();
  if (!all) return done(refusal());
  done = in_time(what, std::move(done));
  if (!all->owns(what.instance)) {
    caf::anon_send(all->loader, ask_store{[elsewhere = elsewhere, what = std::move(what),
                                           done = always_answered(std::move(done))](provider&) {
                     elsewhere->wait(what, done);
                   }});
    return;
  }
  const caf::actor& to = all->dispatcher_of(what.instance);
  caf::anon_send(to, wait_here{std::move(what), always_answered(std::move(done))});
}

// `ask` reads from the store, on the loader's thread.
template <class T, class Read> void gateway::read(Read ask, reply<T> done) {
  if (refuses_child(done)) return;
  peers_ptr all = current().peers;
  if (!all) return done(refusal());
  caf::anon_send(
      all->loader,
      ask_store{[ask = std::move(ask), done = always_answered(std::move(done))](provider& store) {
        stored<T> found = ask(store);
        if (found) return done(*std::move(found));
        done(error_details{error_category::infrastructure, found.error().kind, found.error().message, {}});
      }});
}

void gateway::status(std::string instance, reply<instance_status> done) {
  read<instance_status>([instance](provider& store) { return store.status(instance); }, std::move(done));
}

void gateway::kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) {
  read<std::vector<kv_entry>>([instance, key](provider& store) { return store.kv(instance, key); },
                              std::move(done));
}

void gateway::activities(std::string instance, reply<std::vector<activity_state>> done) {
  read<std::vector<activity_state>>([instance](provider& store) { return store.activities(instance); },
                                    std::move(done));
}

}  // namespace duroxide::internal
