#include "actors/client/local_client.hpp"

#include "duroxide/command_id.hpp"
#include "duroxide/detail/payload_limit.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/durable_actor/answer_list.hpp"
#include "actors/durable_actor/commands.hpp"
#include "actors/durable_actor/messages.hpp"
#include "actors/instance/not_registered.hpp"
#include "actors/shard/messages.hpp"
#include "actors/shard/waiter_list.hpp"
#include "actors/store/messages.hpp"

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

error_details local_client::notice::text() const {
  const detail::lock_guard lock(mutex_);
  return text_;
}

void local_client::notice::change(error_details text) {
  const detail::lock_guard lock(mutex_);
  text_ = std::move(text);
}

// A message that nobody will read is destroyed by its mailbox: then its caller must still be told.
template <class T> class local_client::answered_once {
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

template <class T> reply<T> local_client::always_answered(reply<T> done) const {
  auto once = std::make_shared<answered_once<T>>(std::move(done), notice_);
  return [once](result<T, error_details> outcome) { once->answer(std::move(outcome)); };
}

template <class T> bool local_client::refuses_child(const reply<T>& done) const {
  if (!home_.is_elsewhere()) return false;
  done(error_details{error_category::configuration,
                     error_kind::invalid_argument,
                     home_.refusal("the runtime of this client"),
                     {}});
  return true;
}

namespace {

error_details request_was_lost() {
  return {
      error_category::infrastructure,
      error_kind::runtime_stopped,
      "the request was not answered: the runtime stops, or the actor that had it has died, as the log says",
      {}};
}

// The actor that serves the wait has not said in time whether the instance exists.
error_details waited_unanswered(const wait_request& what) {
  if (!waits_for_start(what)) return waited_too_long(what);
  return {error_category::application,
          error_kind::timed_out,
          "instance '" + what.instance + "' does not exist, or was not done, after " +
              std::to_string(what.timeout.count()) + " ms of waiting",
          {}};
}

}  // namespace

void local_client::open(context_ptr context) {
  if (context) notice_->change(request_was_lost());
  open_state opened;
  if (context) opened.store = std::make_shared<store_client>(context->store);
  opened.node_context = std::move(context);
  {
    const detail::lock_guard lock(mutex_);
    std::swap(client_, opened);
  }
  // The one before goes here, without the lock: its waiters are answered.
}

void local_client::close(error_details why) {
  notice_->change(std::move(why));
  open(nullptr);
}

local_client::open_state local_client::current() const {
  const detail::lock_guard lock(mutex_);
  return client_;
}

std::shared_ptr<provider> local_client::store() const {
  if (home_.is_elsewhere())
    throw configuration_error(error_kind::invalid_argument, home_.refusal("the runtime of this client"));
  open_state now = current();
  return now.node_context ? now.node_context->store : nullptr;
}

// A caller that waits for long is told nothing but that: the request is done in its turn.
template <class Request, class T>
void local_client::admit(Request what, reply<T> done, void (local_client::*act)(Request, reply<T>)) {
  auto answer = always_answered(std::move(done));
  const bool waits = admission_.enter([weak = weak_from_this(), what = std::move(what), answer, act] {
    const std::shared_ptr<local_client> client = weak.lock();
    if (!client) return;  // those that wait are told when this goes
    reply<T> over = [answer, weak](result<T, error_details> outcome) {
      answer(std::move(outcome));
      if (auto still = weak.lock()) still->admission_.leave();
    };
    ((*client).*act)(what, client->always_answered(std::move(over)));
  });
  if (!waits)
    answer(error_details{error_category::application,
                         error_kind::limit_exceeded,
                         "too many requests of clients wait already; go on when some have been answered "
                         "(runtime_options::client_request_limit)",
                         {}});
}

void local_client::start(start_request what, reply<start_result> done) {
  if (refuses_child(done)) return;
  admit(std::move(what), std::move(done), &local_client::start_now);
}

void local_client::post(message what, reply<std::monostate> done) {
  if (refuses_child(done)) return;
  admit(std::move(what), std::move(done), &local_client::post_now);
}

void local_client::start_now(start_request what, reply<start_result> done) {
  context_ptr context = current().node_context;
  if (!context) return done(refusal());
  if (auto refused = duroxide::detail::refused_payload("the input of orchestration", what.orchestration,
                                                       what.input, context->options.payload_limit))
    return done(*std::move(refused));
  // It is stored as the input of an execution, and in its history.
  if (auto refused = duroxide::detail::too_large_to_store("the input of orchestration", what.orchestration,
                                                          as_payload(what.input) + as_packed(what.input),
                                                          context->options.turn_limit))
    return done(*std::move(refused));
  const start_options& options = what.options;
  bool ours = context->owns(what.instance);
  if (ours && !context->handlers->find_orchestration(what.orchestration, options.version))
    return start_elsewhere(*context, std::move(what), std::move(done));
  if (ours && options.delay == duration::zero() && options.if_exists != existing_instance::replace_terminal) {
    const dispatcher_actor& to = context->dispatcher_of(what.instance);
    caf::anon_send(to, start_here{std::move(what), always_answered(std::move(done))});
  } else if (options.if_exists != existing_instance::replace_terminal) {
    // By way of the store, which then has a message for its owner.
    caf::anon_send(context->journal(), commit_start{stored_start(what), always_answered(std::move(done))});
  } else {
    caf::anon_send(context->store_executor,
                   ask_store{[what = std::move(what), done = always_answered(std::move(done))](
                                 provider& store) { done(start_in(store, what)); }});
  }
}

// Another node may be able to run it, and will get it from this one.
void local_client::start_elsewhere(const struct node_context& context, start_request what,
                                   reply<start_result> done) {
  auto refusal = not_registered(*context.handlers, what.orchestration, what.options.version);
  if (!context.owned->is_partial()) return done(std::move(refusal));
  instance_needs needs{what.orchestration, what.options.version};
  caf::anon_send(
      context.store_executor,
      ask_store{[what = std::move(what), refusal = std::move(refusal), needs = std::move(needs),
                 node = context.membership.node, done = always_answered(std::move(done))](provider& store) {
        auto runs = store.is_runnable_elsewhere(node, needs);
        if (!runs) return done(runs.error().details());
        done(*runs ? start_in(store, what) : refusal);
      }});
}

void local_client::post_now(message what, reply<std::monostate> done) {
  context_ptr context = current().node_context;
  if (!context) return done(refusal());
  if (auto refused = duroxide::detail::refused_message(what, context->options.payload_limit))
    return done(*std::move(refused));
  if (auto refused =
          duroxide::detail::too_large_to_store(what, as_payload(what.data), context->options.turn_limit))
    return done(*std::move(refused));
  if (auto refused = refused_signal(*context->store, what)) return done(*std::move(refused));
  what.visible_at = wall_clock_now();
  caf::anon_send(context->journal(), commit_post{std::move(what), always_answered(std::move(done))});
}

void local_client::ask(command_request what, reply<std::string> done) {
  if (refuses_child(done)) return;
  done = ask_in_time(what, std::move(done));
  admit(std::move(what), std::move(done), &local_client::ask_now);
}

// The deadline holds whatever the actors do.
reply<std::string> local_client::ask_in_time(const command_request& what, reply<std::string> done) {
  if (duroxide::detail::simulated() || !what.is_answered) return done;
  struct open_ask {
    open_ask(reply<std::string> asked, std::shared_ptr<const notice> otherwise)
        : answer(std::move(asked), std::move(otherwise)) {}
    answered_once<std::string> answer;
    std::optional<answer_deadlines::key> deadline{};
    std::optional<std::stop_callback<std::function<void()>>> taking_back{};
  };
  auto open = std::make_shared<open_ask>(std::move(done), notice_);
  const std::string id = what.receiver.instance_id();
  const std::weak_ptr<open_ask> weak = open;
  if (what.timeout < duroxide::detail::longest_delay)
    open->deadline = deadlines_->add(steady_in(what.timeout), [weak, id, timeout = what.timeout] {
      if (const auto waits = weak.lock()) waits->answer.answer(answer_too_late(id, timeout));
    });
  if (what.taken_back.stop_possible())
    open->taking_back.emplace(what.taken_back, [weak, id] {
      if (const auto waits = weak.lock()) waits->answer.answer(answer_taken_back(id));
    });
  return [open, deadlines = deadlines_](result<std::string, error_details> outcome) {
    if (open->deadline) deadlines->remove(*open->deadline);
    open->answer.answer(std::move(outcome));
  };
}

void local_client::ask_now(command_request what, reply<std::string> done) {
  context_ptr context = current().node_context;
  if (!context) return done(refusal());
  if (auto refused = refused_command(what, context->options.payload_limit, context->options.turn_limit))
    return done(*std::move(refused));
  if (auto refused = refused_by_old_nodes(*context->store)) return done(*std::move(refused));
  const std::string id = what.receiver.instance_id();
  ask_here request{std::move(what), always_answered(std::move(done))};
  if (!context->owns(id)) return ask_through_store(std::move(request));
  if (!context->handlers->find_actor(request.what.receiver.kind()))
    return ask_elsewhere(*context, std::move(request));
  const dispatcher_actor& to = context->dispatcher_of(id);
  caf::anon_send(to, std::move(request));
}

// Another node may be able to run it, and will get it from this one.
void local_client::ask_elsewhere(const struct node_context& context, ask_here request) {
  if (!context.owned->is_partial()) return request.done(no_handlers(request.what.receiver));
  instance_needs needs{creation_by(request.what), {}};
  caf::anon_send(context.store_executor,
                 ask_store{[self = shared_from_this(), request = std::move(request), needs = std::move(needs),
                            node = context.membership.node](provider& store) {
                   auto runs = store.is_runnable_elsewhere(node, needs);
                   if (!runs) return request.done(runs.error().details());
                   if (!*runs) return request.done(no_handlers(request.what.receiver));
                   self->ask_through_store(request);
                 }});
}

// The answer is kept under an id, by which it is waited for.
void local_client::ask_through_store(ask_here request) {
  const auto [context, elsewhere] = current();
  if (!context) return request.done(refusal());
  command_request& what = request.what;
  if (what.id.empty() && what.is_answered) what.id = new_command_id();
  message content = message_of(what);
  content.visible_at = wall_clock_now();
  std::string creates = creation_by(what);
  auto posted = [elsewhere = elsewhere, request,
                 executor = context->store_executor](const result<std::monostate, error_details>& stored) {
    if (!stored) return request.done(stored.error());
    if (!request.what.is_answered) return request.done(std::string("null"));
    caf::anon_send(executor, ask_store{[elsewhere, request](provider&) {
                     elsewhere->await_answer(request.what, request.done);
                   }});
  };
  caf::anon_send(context->journal(), commit_post{std::move(content), std::move(posted), std::move(creates)});
}

void local_client::await_stored(command_request what, reply<std::string> done) {
  const auto [context, elsewhere] = current();
  if (!context) return done(refusal());
  caf::anon_send(context->store_executor,
                 ask_store{[elsewhere = elsewhere, what = std::move(what),
                            done = std::move(done)](provider&) { elsewhere->await_answer(what, done); }});
}

void local_client::query(query_request what, reply<std::string> done) {
  if (refuses_child(done)) return;
  context_ptr context = current().node_context;
  if (!context) return done(refusal());
  const std::string id = what.receiver.instance_id();
  query_here request{std::move(what), always_answered(std::move(done))};
  if (!context->owns(id)) return query_stored(std::move(request));
  const dispatcher_actor& to = context->dispatcher_of(id);
  caf::anon_send(to, std::move(request));
}

// Any node that has the handlers can answer by what is stored.
void local_client::query_stored(query_here request) {
  context_ptr context = current().node_context;
  if (!context) return request.done(refusal());
  auto handlers = context->handlers->find_actor(request.what.receiver.kind());
  caf::anon_send(context->store_executor,
                 ask_store{[handlers = std::move(handlers), request = std::move(request)](provider& store) {
                   request.done(answer_in(store, handlers, request.what));
                 }});
}

// The actor that serves the wait has a moment to answer, and knows better.
reply<instance_status> local_client::in_time(const wait_request& what, reply<instance_status> done) {
  constexpr duration moment{100};
  if (duroxide::detail::simulated() || what.timeout >= duroxide::detail::longest_delay) return done;
  auto once = std::make_shared<answered_once<instance_status>>(std::move(done), notice_);
  const auto deadline = deadlines_->add(steady_in(what.timeout) + moment, [weak = std::weak_ptr(once), what] {
    if (const auto waits = weak.lock()) waits->answer(waited_unanswered(what));
  });
  return [once, deadline, deadlines = deadlines_](result<instance_status, error_details> outcome) {
    deadlines->remove(deadline);
    once->answer(std::move(outcome));
  };
}

void local_client::wait(wait_request what, reply<instance_status> done) {
  if (refuses_child(done)) return;
  auto [context, elsewhere] = current();
  if (!context) return done(refusal());
  done = in_time(what, std::move(done));
  if (!context->owns(what.instance)) {
    caf::anon_send(context->store_executor, ask_store{[elsewhere = elsewhere, what = std::move(what),
                                                       done = always_answered(std::move(done))](provider&) {
                     elsewhere->wait(what, done);
                   }});
    return;
  }
  const dispatcher_actor& to = context->dispatcher_of(what.instance);
  caf::anon_send(to, wait_here{std::move(what), always_answered(std::move(done))});
}

// `ask` reads from the store, on the store executor's thread.
template <class T, class Read> void local_client::read(Read ask, reply<T> done) {
  if (refuses_child(done)) return;
  context_ptr context = current().node_context;
  if (!context) return done(refusal());
  caf::anon_send(
      context->store_executor,
      ask_store{[ask = std::move(ask), done = always_answered(std::move(done))](provider& store) {
        stored<T> found = ask(store);
        if (found) return done(*std::move(found));
        done(error_details{error_category::infrastructure, found.error().kind, found.error().message, {}});
      }});
}

void local_client::status(std::string instance, reply<instance_status> done) {
  read<instance_status>([instance](provider& store) { return store.status(instance); }, std::move(done));
}

void local_client::kv(std::string instance, std::optional<std::string> key,
                      reply<std::vector<kv_entry>> done) {
  read<std::vector<kv_entry>>([instance, key](provider& store) { return store.kv(instance, key); },
                              std::move(done));
}

void local_client::activities(std::string instance, reply<std::vector<activity_state>> done) {
  read<std::vector<activity_state>>([instance](provider& store) { return store.activities(instance); },
                                    std::move(done));
}

}  // namespace duroxide::internal
