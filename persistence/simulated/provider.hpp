// The provider over a simulated store.
#pragma once

#include "persistence/simulated/core.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace duroxide::internal::simulated {

// What one process has of the store. Any thread may call.
class connection final : public provider {
public:
  explicit connection(std::shared_ptr<core> store);
  ~connection() override;

  std::shared_ptr<void> on_change(std::function<void()> changed) const;

  std::string description() const override { return simulated::description; }

  stored<node_membership> join(const node_offer& offer) override;
  stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load) override;
  std::optional<duration> next_heartbeat_in(std::uint64_t node) override;
  stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) override;
  stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) override;
  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override;

  stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                const instance_needs& needs) override;
  stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) override;

  void notify_owner(std::uint32_t shard) override;
  stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                             std::size_t limit,
                                             const std::vector<std::uint32_t>& gained) override;
  stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                         std::size_t limit) override;
  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override;
  stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                        const activity_claim& wanted) override;
  stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) override;
  stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                    const std::vector<activity_key>& keys) override;
  stored<bool> is_offered(const std::string& activity) override;
  stored<std::vector<activity_state>> activities(const std::string& instance) override;

  stored<std::optional<loaded_instance>> load(const std::string& instance) override;
  stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                 std::uint64_t after) override;
  stored<queue_page> fetch_queue(const std::string& instance, std::uint64_t life, const std::string& queue,
                                 std::size_t limit) override;
  stored<instance_status> status(const std::string& instance) override;
  stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) override;
  stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) override;
  stored<std::uint64_t> deletions() override;
  stored<std::vector<kv_entry>> kv(const std::string& instance,
                                   const std::optional<std::string>& key) override;
  stored<std::optional<actor_state>> actor(const std::string& instance) override;
  stored<std::optional<kept_answer>> answer(const std::string& instance,
                                            const std::string& command_id) override;
  stored<std::size_t> forget_answers(timestamp before, std::size_t limit) override;
  stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) override;

  stored<bool> start(const instance_start& what, bool replace_terminal) override;
  stored<post_outcome> post(const message& content, const std::string& creates) override;

  stored<std::string> cancel_tree(std::uint64_t root, const std::string& position, const std::string& reason,
                                  timestamp now) override;
  stored<std::unique_ptr<change_watch>> watch(watch_scope scope) override;

  store_administration& administration() override { return *administration_; }

private:
  const std::shared_ptr<core> store_;
  const std::uint64_t number_;
  const std::unique_ptr<store_administration> administration_;
};

}  // namespace duroxide::internal::simulated
