#include "persistence/simulated/provider.hpp"

#include "persistence/simulated/administration.hpp"
#include "persistence/simulated/claims.hpp"
#include "persistence/simulated/inbox.hpp"
#include "persistence/simulated/loading.hpp"
#include "persistence/simulated/membership.hpp"
#include "persistence/simulated/relocation.hpp"
#include "persistence/simulated/sending.hpp"
#include "persistence/simulated/tree_cancellation.hpp"
#include "persistence/simulated/watch.hpp"
#include "persistence/simulated/writer.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

connection::connection(std::shared_ptr<core> store)
    : store_(std::move(store)), number_(store_->new_connection()),
      administration_(make_administration(store_)) {}

connection::~connection() {
  store_->change(
      [&](tables& rows, news& concerned) { membership::lose_connection(rows, concerned, number_); });
}

std::shared_ptr<void> connection::on_change(std::function<void()> changed) const {
  return store_->listening().add(number_, watch_scope::others, std::move(changed));
}

// -- members --------------------------------------------------------------------

stored<node_membership> connection::join(const node_offer& offer) {
  return store_->write("join", [&](tables& rows, news& concerned) {
    return membership(*store_).join(rows, concerned, offer, number_);
  });
}

stored<heartbeat_result> connection::heartbeat(std::uint64_t node, const node_load& load) {
  return store_->write("heartbeat", [&](tables& rows, news& concerned) {
    return membership(*store_).heartbeat(rows, concerned, node, load);
  });
}

std::optional<duration> connection::next_heartbeat_in(std::uint64_t node) {
  return store_
      ->read("next_heartbeat_in",
             [&](const tables& rows) { return membership(*store_).next_heartbeat_in(rows, node); })
      .value();
}

stored<void> connection::release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) {
  return store_->write("release_shards", [&](tables& rows, news& concerned) {
    membership::release(rows, concerned, node, shards);
  });
}

stored<void> connection::leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) {
  return store_->write("leave", [&](tables& rows, news& concerned) {
    membership(*store_).leave(rows, concerned, node, suspect);
  });
}

stored<std::unique_ptr<store_writer>> connection::open_writer(std::uint64_t node, std::uint32_t lane) {
  return store_->write("open_writer", [&](tables& rows, news&) -> std::unique_ptr<store_writer> {
    return writer::open(rows, store_, node, lane);
  });
}

stored<std::optional<std::uint32_t>> connection::relocate(std::uint64_t node, const std::string& instance,
                                                          const instance_needs& needs) {
  return store_->write("relocate", [&](tables& rows, news& concerned) {
    return simulated::relocate(rows, concerned, node, instance, needs);
  });
}

stored<bool> connection::is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) {
  return store_->read("is_runnable_elsewhere", [&](const tables& rows) {
    return simulated::is_runnable_elsewhere(rows, node, needs);
  });
}

// -- inbox and activities --------------------------------------------------------

void connection::notify_owner(std::uint32_t shard) {
  store_->change([&](tables& rows, news& concerned) {
    if (shard < rows.cluster.shard_count() && rows.cluster.shards[shard].node != nobody)
      concerned.nodes.push_back(rows.cluster.shards[shard].node);
  });
}

stored<undelivered_page> connection::fetch_undelivered(std::uint64_t node, const std::string& position,
                                                       timestamp until, std::size_t limit,
                                                       const std::vector<std::uint32_t>& gained) {
  return store_->read("fetch_undelivered", [&](const tables& rows) {
    return read_undelivered(rows, {node, position, until, limit, gained});
  });
}

stored<std::vector<message>> connection::fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                                   std::size_t limit) {
  return store_->read("fetch_due", [&](const tables& rows) {
    return read_due(rows, {node, from, until, limit});
  });
}

stored<std::vector<stored_activity>> connection::fetch_activities(std::uint64_t node,
                                                                  const std::vector<std::uint32_t>& shards,
                                                                  const std::optional<activity_key>& after,
                                                                  std::size_t limit) {
  return store_->read("fetch_activities", [&](const tables& rows) {
    return read_activities(rows, {node, shards, after, limit});
  });
}

stored<std::vector<stored_activity>> connection::claim_activities(std::uint64_t node,
                                                                  const activity_claim& wanted) {
  return store_->write("claim_activities",
                       [&](tables& rows, news&) { return simulated::claim_activities(rows, node, wanted); });
}

stored<void> connection::release_activities(std::uint64_t node, const std::vector<activity_key>& keys) {
  return store_->write("release_activities", [&](tables& rows, news& concerned) {
    simulated::release_activities(rows, node, keys);
    concerned.all = !keys.empty();
  });
}

stored<std::vector<activity_key>> connection::lost_activities(std::uint64_t node,
                                                              const std::vector<activity_key>& keys) {
  return store_->read("lost_activities",
                      [&](const tables& rows) { return simulated::lost_activities(rows, node, keys); });
}

stored<bool> connection::is_offered(const std::string& activity) {
  return store_->read("is_offered", [&](const tables& rows) {
    return std::ranges::any_of(rows.cluster.nodes, [&](const auto& each) {
      const auto& offered = each.second.offer.activities;
      return each.second.is_alive() && std::ranges::find(offered, activity) != offered.end();
    });
  });
}

stored<std::vector<activity_state>> connection::activities(const std::string& instance) {
  return store_->read("activities", [&](const tables& rows) { return read_activity_states(rows, instance); });
}

// -- instances ------------------------------------------------------------------

stored<std::optional<loaded_instance>> connection::load(const std::string& instance) {
  return store_->read("load", [&](const tables& rows) { return load_instance(rows, instance); });
}

stored<queue_page> connection::fetch_inbox(const std::string& instance, std::uint64_t life,
                                           std::uint64_t after) {
  return store_->read("fetch_inbox",
                      [&](const tables& rows) { return read_inbox(rows, instance, life, after); });
}

stored<queue_page> connection::fetch_queue(const std::string& instance, std::uint64_t life,
                                           const std::string& queue, std::size_t limit) {
  return store_->read("fetch_queue",
                      [&](const tables& rows) { return read_queue(rows, instance, life, queue, limit); });
}

stored<instance_status> connection::status(const std::string& instance) {
  return store_->read("status", [&](const tables& rows) { return read_status(rows, instance); });
}

stored<std::vector<std::size_t>> connection::satisfied_waits(const std::vector<awaited_instance>& waits) {
  return store_->read("satisfied_waits",
                      [&](const tables& rows) { return simulated::satisfied_waits(rows, waits); });
}

stored<std::vector<std::uint64_t>> connection::lives(const std::vector<std::string>& instances) {
  return store_->read("lives", [&](const tables& rows) { return read_lives(rows, instances); });
}

stored<std::uint64_t> connection::deletions() {
  return store_->read("deletions", [&](const tables& rows) { return rows.deletions; });
}

stored<std::vector<kv_entry>> connection::kv(const std::string& instance,
                                             const std::optional<std::string>& key) {
  return store_->read("kv", [&](const tables& rows) { return read_kv(rows, instance, key); });
}

stored<std::optional<actor_state>> connection::actor(const std::string& instance) {
  return store_->read("actor", [&](const tables& rows) { return read_actor(rows, instance); });
}

stored<std::optional<kept_answer>> connection::answer(const std::string& instance,
                                                      const std::string& command_id) {
  return store_->read("answer", [&](const tables& rows) -> std::optional<kept_answer> {
    const kept_answer* found = rows.find_answer(instance, command_id);
    if (found == nullptr) return std::nullopt;
    return *found;
  });
}

stored<std::size_t> connection::forget_answers(timestamp before, std::size_t limit) {
  return store_->write("forget_answers",
                       [&](tables& rows, news&) { return rows.forget_answers(before, limit); });
}

stored<std::vector<history_row>> connection::history(const std::string& instance, std::uint64_t execution) {
  return store_->read("history", [&](const tables& rows) { return read_history(rows, instance, execution); });
}

stored<bool> connection::start(const instance_start& what, bool replace_terminal) {
  return store_->write("start", [&](tables& rows, news& concerned) {
    const author client{nobody, concerned};
    concerned.written = true;
    const std::uint64_t started =
        replace_terminal ? replace_ended(rows, client, what) : start_instance(rows, client, what, 0);
    return started != 0;
  });
}

stored<post_outcome> connection::post(const message& content, const std::string& creates) {
  return store_->write("post", [&](tables& rows, news& concerned) {
    concerned.written = true;
    return post_from_client(rows, {nobody, concerned}, {content, 0, creates}).outcome;
  });
}

stored<std::string> connection::cancel_tree(std::uint64_t root, const std::string& position,
                                            const std::string& reason, timestamp now) {
  return store_->write("cancel_tree", [&](tables& rows, news& concerned) {
    concerned.written = true;
    return simulated::cancel_tree(rows, {nobody, concerned}, {root, reason, now}, position);
  });
}

stored<std::unique_ptr<change_watch>> connection::watch(watch_scope scope) {
  return std::unique_ptr<change_watch>(
      std::make_unique<simulated::watch>(store_->listening(), number_, scope));
}

}  // namespace duroxide::internal::simulated
