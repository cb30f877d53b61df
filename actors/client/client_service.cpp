#include "actors/client/client_service.hpp"

#include "duroxide/caf/errors.hpp"
#include "duroxide/detail/answers.hpp"
#include "actors/client/port_on_thread.hpp"
#include "actors/clock.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <utility>

namespace duroxide::internal {

namespace {

error_details client_has_ended() {
  return {error_category::infrastructure, error_kind::runtime_stopped, "the client actor has ended", {}};
}

error_details unanswered(const char* operation, duration limit) {
  try {
    duroxide::detail::throw_unanswered(operation, limit);
  } catch (const error& e) {
    return e.details();
  }
}

// How long a watch rests while the store cannot be asked.
constexpr duration rest{1000};

}  // namespace

client_service::client_service(caf::actor_config& config, std::shared_ptr<client_port> port,
                               client_actor_options options)
    : client_service_actor::base(config), options_(options), port_(std::move(port)), watches_(*this) {
  set_down_handler([this](const caf::down_msg& down) { forget(down.source); });
}

void client_service::on_exit() {
  for (const number each : requests_.numbers()) fail(each, client_has_ended());
  for (const number each : watches_.numbers()) watches_.end(each, client_has_ended());
  deadlines_->stop();
  port_.reset();
  end_thread(administrator_);
}

// -- open requests --------------------------------------------------------------

void client_service::require_room(bool waits) const {
  if (waits && requests_.waits() + watches_.size() >= options_.wait_limit)
    throw limit_error("too many waits, monitors and subscriptions are open; end some "
                      "(client_actor_options::wait_limit)");
  if (!waits && requests_.others() >= options_.request_limit)
    throw limit_error("too many requests are being answered already; go on when some have been "
                      "(client_actor_options::request_limit)");
}

std::stop_token client_service::open(number request, const request_kind& kind,
                                     caf::response_promise promise) {
  open_request opened{std::move(promise), kind.waits};
  if (kind.waits) {
    opened.requester = caf::actor_cast<caf::actor_addr>(opened.promise.source());
    opened.taking_back = std::stop_source();
    expect_from(opened.requester, request);
  }
  keep_limit(opened, request, kind);
  std::stop_token taken_back = opened.taking_back.get_token();
  requests_.add(request, std::move(opened));
  return taken_back;
}

void client_service::keep_limit(open_request& request, number number_of_request, const request_kind& kind) {
  // The port, which knows better, has a moment to say so.
  constexpr duration moment{100};
  if (kind.has_own_limit || kind.limit >= duroxide::detail::longest_delay || duroxide::detail::simulated())
    return;
  request.deadline = call_later(kind.limit + (kind.waits ? moment : duration(0)),
                                [number_of_request, kind](client_service& self) {
                                  self.fail(number_of_request, unanswered(kind.operation, kind.limit));
                                });
}

// On this actor, if it is still there then.
answer_deadlines::key client_service::call_later(duration delay, std::function<void(client_service&)> act) {
  return deadlines_->add(steady_in(delay), [weak = address(), act = std::move(act)] {
    if (const auto strong = caf::actor_cast<caf::strong_actor_ptr>(weak))
      caf::anon_send(caf::actor_cast<client_service_actor>(strong), left_to_do{act});
  });
}

std::optional<open_request> client_service::take(number request) {
  std::optional<open_request> taken = requests_.take(request);
  if (!taken) return std::nullopt;
  if (taken->deadline) deadlines_->remove(*taken->deadline);
  if (taken->waits) expect_no_more(taken->requester, request);
  taken->taking_back.request_stop();
  return taken;
}

void client_service::close(number request, caf::message content) {
  if (auto taken = take(request)) {
    if (content.empty())
      taken->promise.deliver(caf::unit);
    else
      taken->promise.deliver(std::move(content));
  }
}

void client_service::fail(number request, const error_details& why) {
  if (auto taken = take(request)) taken->promise.deliver(to_caf_error(why));
}

// -- requesters -------------------------------------------------------------------

void client_service::expect_from(const caf::actor_addr& asker, number waits_for) {
  if (requesters_.add(asker, waits_for))
    if (const auto strong = caf::actor_cast<caf::strong_actor_ptr>(asker)) monitor(strong);
}

void client_service::expect_no_more(const caf::actor_addr& asker, number waited_for) {
  if (requesters_.remove(asker, waited_for)) demonitor(asker);
}

void client_service::forget(const caf::actor_addr& asker) {
  for (const number each : requesters_.take(asker)) {
    take(each);
    watches_.remove(each);
  }
}

// -- watches ----------------------------------------------------------------------

void client_service::watch(instance_watch what) {
  if (!current_sender()) return;
  what.watcher = caf::actor_cast<caf::actor_addr>(current_sender());
  try {
    require_stored_id("instance id", what.instance);
    if (watches_.find(what.watcher, what.subject, what.instance)) return;
    require_room(true);
  } catch (const error& e) {
    return tell(what.watcher, instance_down{what.instance, 0, std::nullopt, e.details()});
  }
  const number added = ++last_;
  expect_from(what.watcher, added);
  watches_.add(added, std::move(what));
}

void client_service::stop_watching(watch_subject subject, const std::string& instance) {
  if (!current_sender()) return;
  if (const auto known = watches_.find(caf::actor_cast<caf::actor_addr>(current_sender()), subject, instance))
    watches_.remove(*known);
}

reply<instance_status> client_service::to_watch(number watch) {
  return [self = client_service_actor(this), watch](result<instance_status, error_details> outcome) {
    caf::anon_send(self, left_to_do{[watch, outcome = std::move(outcome)](client_service& service) {
                     service.watches_.found(watch, outcome);
                   }});
  };
}

void client_service::ask_status(number watch, const std::string& instance) {
  port_->status(instance, to_watch(watch));
}

void client_service::ask_wait(number watch, wait_request what) {
  port_->wait(std::move(what), to_watch(watch));
}

bool client_service::look_later(number watch) {
  if (duroxide::detail::simulated()) return false;
  call_later(rest, [watch](client_service& self) { self.watches_.look(watch); });
  return true;
}

void client_service::tell(const caf::actor_addr& watcher, instance_changed what) {
  if (const auto strong = caf::actor_cast<caf::strong_actor_ptr>(watcher))
    strong->enqueue(ctrl(), caf::make_message_id(), caf::make_message(std::move(what)), context());
}

void client_service::tell(const caf::actor_addr& watcher, instance_down what) {
  if (const auto strong = caf::actor_cast<caf::strong_actor_ptr>(watcher))
    strong->enqueue(ctrl(), caf::make_message_id(), caf::make_message(std::move(what)), context());
}

void client_service::is_over(number watch, const caf::actor_addr& watcher) { expect_no_more(watcher, watch); }

}  // namespace duroxide::internal
