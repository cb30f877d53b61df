// A store that passes everything on to another one: what sees or breaks a part of it overrides that part.
#pragma once

#include "duroxide/provider.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::testing_support {

class forwarding_provider : public provider {
public:
  explicit forwarding_provider(std::shared_ptr<provider> inner) : inner_(std::move(inner)) {}

  std::string description() const override { return inner_->description(); }
  stored<node_membership> join(const node_offer& offer) override { return inner_->join(offer); }
  stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load) override {
    return inner_->heartbeat(node, load);
  }
  std::optional<duration> next_heartbeat_in(std::uint64_t node) override {
    return inner_->next_heartbeat_in(node);
  }
  stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) override {
    return inner_->release_shards(node, shards);
  }
  stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) override {
    return inner_->leave(node, suspect);
  }
  int history_format() const override { return inner_->history_format(); }
  std::uint32_t preferred_lanes() const override { return inner_->preferred_lanes(); }
  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    return inner_->open_writer(node, lane);
  }
  stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                const instance_needs& needs) override {
    return inner_->relocate(node, instance, needs);
  }
  stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) override {
    return inner_->is_runnable_elsewhere(node, needs);
  }
  stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) override {
    return inner_->satisfied_waits(waits);
  }
  stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) override {
    return inner_->lives(instances);
  }
  stored<std::uint64_t> deletions() override { return inner_->deletions(); }
  void notify_owner(std::uint32_t shard) override { inner_->notify_owner(shard); }
  stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                             std::size_t limit,
                                             const std::vector<std::uint32_t>& gained) override {
    return inner_->fetch_undelivered(node, position, until, limit, gained);
  }
  stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                         std::size_t limit) override {
    return inner_->fetch_due(node, from, until, limit);
  }
  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override {
    return inner_->fetch_activities(node, shards, after, limit);
  }
  stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                        const activity_claim& wanted) override {
    return inner_->claim_activities(node, wanted);
  }
  stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) override {
    return inner_->release_activities(node, keys);
  }
  stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                    const std::vector<activity_key>& keys) override {
    return inner_->lost_activities(node, keys);
  }
  stored<bool> is_offered(const std::string& activity) override { return inner_->is_offered(activity); }
  stored<std::vector<activity_state>> activities(const std::string& instance) override {
    return inner_->activities(instance);
  }
  stored<std::optional<loaded_instance>> load(const std::string& instance) override {
    return inner_->load(instance);
  }
  stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                 std::uint64_t after) override {
    return inner_->fetch_inbox(instance, life, after);
  }
  stored<queue_page> fetch_queue(const std::string& instance, std::uint64_t life, const std::string& queue,
                                 std::size_t limit) override {
    return inner_->fetch_queue(instance, life, queue, limit);
  }
  stored<instance_status> status(const std::string& instance) override { return inner_->status(instance); }
  stored<std::vector<kv_entry>> kv(const std::string& instance,
                                   const std::optional<std::string>& key) override {
    return inner_->kv(instance, key);
  }
  stored<std::optional<actor_state>> actor(const std::string& instance) override {
    return inner_->actor(instance);
  }
  stored<std::optional<kept_answer>> answer(const std::string& instance,
                                            const std::string& command_id) override {
    return inner_->answer(instance, command_id);
  }
  stored<std::size_t> forget_answers(timestamp before, std::size_t limit) override {
    return inner_->forget_answers(before, limit);
  }
  stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) override {
    return inner_->history(instance, execution);
  }
  stored<bool> start(const instance_start& request, bool replace_terminal) override {
    return inner_->start(request, replace_terminal);
  }
  stored<post_outcome> post(const message& content, const std::string& creates) override {
    return inner_->post(content, creates);
  }
  stored<std::string> cancel_tree(std::uint64_t root, const std::string& position, const std::string& reason,
                                  timestamp now) override {
    return inner_->cancel_tree(root, position, reason, now);
  }
  stored<std::unique_ptr<change_watch>> watch(watch_scope scope) override { return inner_->watch(scope); }
  store_administration& administration() override { return inner_->administration(); }

protected:
  const std::shared_ptr<provider> inner_;
};

}  // namespace duroxide::testing_support
