#include "actors/host/node.hpp"

#include "actors/backoff.hpp"
#include "actors/clock.hpp"
#include "actors/host/messages.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"

#include <algorithm>
#include <vector>

namespace duroxide::internal {

namespace {

// A second death of an actor within this time counts as the same fault, and makes the pause longer.
constexpr std::chrono::minutes deaths_in_a_row{1};

duration restart_backoff(std::uint32_t attempt) {
  return exponential_backoff(duration(50), std::chrono::seconds(2), attempt);
}

}  // namespace

node::node(caf::actor_config& config, std::shared_ptr<provider> store,
           std::shared_ptr<const registry> handlers, runtime_options options, node_shared shared)
    : node_self::base(config), store_(std::move(store)), handlers_(std::move(handlers)),
      options_(std::move(options)), shared_(std::move(shared)) {}

node::behavior_type node::make_behavior() {
  set_down_handler([this](caf::down_msg& down) { on_down(down); });
  return {
      [this](start_node& request) {
        try {
          begin();
          request.done(nullptr);
        } catch (...) {
          request.done(std::make_shared<error_details>(
              details_of_current_exception(error_kind::store_unavailable, {})));
        }
      },
      [this](stop_node& request) {
        // The client stays open until then: activities that finish now may use their clients.
        if (incarnation_)
          is_process_alive() ? incarnation_->drain_and_leave(request.limit) : incarnation_->kill();
        shared_.client->close(runtime_has_stopped());
        incarnation_.reset();
        quit();
        request.done();
      },
      [this](lost_ownership& lost) {
        if (!incarnation_ || incarnation_->parts()->membership.node != lost.node) return;
        if (lost.why.kind != error_kind::store_gone)
          log_error("duroxide: this node lost its ownership and begins again from the store: {}",
                    field("error", lost.why.message), field("node", lost.node));
        lose(lost.why);
      },
      [this](wake_atom, std::uint32_t attempt) { begin_again(attempt); },
  };
}

void node::on_exit() {
  if (incarnation_) shared_.client->close(runtime_has_stopped());
  if (incarnation_) incarnation_->kill();
  incarnation_.reset();
  store_.reset();
}

void node::begin() {
  incarnation_ =
      std::make_unique<incarnation>(system(), store_, handlers_, options_, node_actor(this), shared_);
  for (const caf::strong_actor_ptr& each : incarnation_->actors()) monitor(each);
  shared_.client->open(incarnation_->parts());
}

// An exception that nobody expected ends the actor that it is thrown in. The others would wait for it for ever.
void node::on_down(const caf::down_msg& down) {
  if (!incarnation_ || !is_process_alive()) return;
  const std::vector<caf::strong_actor_ptr> actors = incarnation_->actors();
  const auto died = std::ranges::find(actors, down.source, [](const auto& each) { return each->address(); });
  if (died == actors.end()) return;  // of an incarnation before
  const auto* actor = static_cast<const caf::local_actor*>(caf::actor_cast<caf::abstract_actor*>(*died));
  log_error("duroxide: the {} of this node died ({}); the node begins again from the store",
            field("actor", actor->name()), field("error", system().render(down.reason)),
            field("node", incarnation_->parts()->membership.node));
  deaths_ = steady_now() < last_death_ + deaths_in_a_row ? deaths_ + 1 : 1;
  last_death_ = steady_now();
  lose({}, deaths_ == 1 ? duration(0) : restart_backoff(deaths_ - 1));
}

void node::lose(const store_error& why, duration wait) {
  const bool for_good = why.kind == error_kind::store_gone;
  for_good ? tell_end(why.message) : shared_.client->close(runtime_is_joining());
  departed_ = incarnation_->parts()->membership.node;
  incarnation_->kill();
  incarnation_.reset();
  if (for_good)
    leave_departed();
  else if (wait == duration(0))
    begin_again(1);
  else
    delayed_send(this, wait, wake_atom::value, std::uint32_t{1});
}

// Ends the old incarnation's epoch first: only then is it certain what it wrote.
void node::leave_departed() {
  if (departed_ && store_->leave(*departed_)) departed_.reset();
}

// Those who wait get this for an answer, and so do all who come. The runtime can still be shut down.
void node::tell_end(const std::string& why) {
  log_error("duroxide: this node stops for good, because its store is gone: {}", field("error", why));
  shared_.client->close({error_category::infrastructure, error_kind::store_gone, why, {}});
}

void node::begin_again(std::uint32_t attempt) {
  leave_departed();
  try {
    begin();
  } catch (const std::exception& e) {
    if (details_of_current_exception(error_kind::store_unavailable, {}).kind == error_kind::store_gone)
      return tell_end(e.what());
    if (attempt == 1 || attempt % 30 == 0)
      log_error("duroxide: this node cannot join its store now ({} attempts): {}", field("attempts", attempt),
                field("error", e.what()));
    delayed_send(this, restart_backoff(attempt), wake_atom::value, attempt + 1);
  }
}

}  // namespace duroxide::internal
