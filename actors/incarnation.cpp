#include "actors/incarnation.hpp"

#include "actors/activity_pool.hpp"
#include "actors/dispatcher.hpp"
#include "actors/journal.hpp"
#include "actors/loader.hpp"
#include "actors/log.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <unistd.h>

namespace duroxide::internal {

namespace {

std::string host_and_process() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return std::string(host) + ":" + std::to_string(getpid());
}

}  // namespace

incarnation::incarnation(caf::actor_system& system, const std::shared_ptr<provider>& store,
                         const std::shared_ptr<const registry>& handlers, const runtime_options& options,
                         caf::actor node)
    : system_(system) {
  std::string name = host_and_process();
  auto all = std::make_shared<peers>();
  all->store = store;
  all->handlers = handlers;
  all->options = options;
  all->node = std::move(node);
  all->membership = store->join({name, handlers->orchestration_names(), handlers->activity_names()}).value();
  auto writer = store->open_writer(all->membership.node, 0).value();
  auto watch = store->watch().value();

  // Outcomes go from the worker's thread to the dispatcher; the actors that must not outlive the incarnation
  // are told apart by their addresses, which keep nothing alive.
  auto dispatchers = std::make_shared<std::vector<caf::actor_addr>>();
  std::uint32_t shard_count = all->membership.shard_count;
  workers_ = std::make_shared<workers>(
      options.worker_concurrency, name, handlers,
      [dispatchers, shard_count](const activity_key& key, result<std::string, error_details> outcome) {
        if (auto to = caf::actor_cast<caf::actor>((*dispatchers)[shard_of(key.instance, shard_count)]))
          caf::anon_send(to, deliver{activity_done_message(key, std::move(outcome))});
      });

  all->journal = system.spawn<journal, caf::detached>(std::move(writer), options.commit_batch_limit);
  all->loader = system.spawn<loader, caf::detached>(store);
  all->pool = system.spawn<activity_pool>(workers_);
  for (std::uint32_t shard = 0; shard < shard_count; ++shard) {
    all->dispatchers.push_back(system.spawn<dispatcher>(shard));
    dispatchers->push_back(all->dispatchers.back().address());
  }
  peers_ = all;
  caf::anon_send(all->journal, peers_);
  caf::anon_send(all->pool, peers_);
  for (const auto& each : all->dispatchers) caf::anon_send(each, peers_);
  courier_ = std::make_unique<courier>(peers_, std::move(watch));
}

void incarnation::drain_and_leave() {
  courier_.reset();
  workers_->stop(peers_->options.shutdown_timeout, peers_->options.activity_cancellation_grace_period);
  caf::scoped_actor self(system_);
  for (const auto& each : peers_->dispatchers)
    self->request(each, std::chrono::milliseconds(peers_->options.shutdown_timeout), stop_atom::value)
        .receive([] {},
                 [](const caf::error&) {
                   log_warning(
                       "duroxide: an instance was still busy when the runtime stopped; its last turn is "
                       "run again at the next start");
                 });
  self->request(peers_->journal, caf::infinite, stop_atom::value).receive([] {}, [](const caf::error&) {});
  std::uint64_t node = peers_->membership.node;
  std::shared_ptr<provider> store = peers_->store;
  end_actors();
  if (auto left = store->leave(node); !left)
    log_warning("duroxide: the store was not told that this node left: {}", left.error().message);
}

void incarnation::kill() {
  courier_.reset();
  end_actors();
  workers_->stop(duration::zero(), duration::zero());  // what still runs is not ours any more
}

void incarnation::end_actors() {
  caf::scoped_actor self(system_);
  std::vector<caf::actor> all = peers_->dispatchers;
  all.insert(all.end(), {peers_->pool, peers_->loader, peers_->journal});
  peers_.reset();
  for (const auto& each : all) self->send_exit(each, caf::exit_reason::kill);
  self->wait_for(all);
}

}  // namespace duroxide::internal
