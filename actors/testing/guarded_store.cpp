#include "actors/testing/guarded_store.hpp"

#include <type_traits>
#include <utility>

namespace duroxide::internal {

namespace {

using guard_ptr = std::shared_ptr<store_guard>;

constexpr bool reads = false;
constexpr bool writes = true;

// `call` gives a stored value.
template <class Call>
auto guard_call(store_guard& guard, std::string_view operation, bool writing, Call call) {
  using answer = decltype(call());
  if (auto refused = guard.before(operation, writing)) return answer(*std::move(refused));
  answer given = call();
  if (writing && given)
    if (auto lost = guard.after(operation)) return answer(*std::move(lost));
  return given;
}

class guarded_writer final : public store_writer {
public:
  guarded_writer(std::unique_ptr<store_writer> inner, guard_ptr guard)
      : inner_(std::move(inner)), guard_(std::move(guard)) {}

  stored<batch_receipt> commit(const commit_batch& batch) override {
    guard_->about_to_commit(batch);
    return guard_call(*guard_, "commit", writes, [&] { return inner_->commit(batch); });
  }

private:
  std::unique_ptr<store_writer> inner_;
  guard_ptr guard_;
};

class guarded_watch final : public change_watch {
public:
  guarded_watch(std::unique_ptr<change_watch> inner, guard_ptr guard)
      : inner_(std::move(inner)), guard_(std::move(guard)) {}

  bool wait(std::optional<duration> at_most) override { return inner_->wait(at_most); }
  void interrupt() override { inner_->interrupt(); }
  bool call(std::function<void()> changed) override {
    return inner_->call([guard = guard_, changed = std::move(changed)] {
      if (guard->hears()) changed();
    });
  }

private:
  std::unique_ptr<change_watch> inner_;
  guard_ptr guard_;
};

class guarded_provider final : public provider {
public:
  guarded_provider(std::shared_ptr<provider> inner, guard_ptr guard)
      : inner_(std::move(inner)), guard_(std::move(guard)) {}

  std::string description() const override { return inner_->description(); }

  // -- members ----------------------------------------------------------------
  stored<node_membership> join(const node_offer& offer) override {
    return ask("join", writes, [&] { return inner_->join(offer); });
  }
  stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load) override {
    return ask("heartbeat", writes, [&] { return inner_->heartbeat(node, load); });
  }
  std::optional<duration> next_heartbeat_in(std::uint64_t node) override {
    return inner_->next_heartbeat_in(node);
  }
  stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) override {
    return ask("release_shards", writes, [&] { return inner_->release_shards(node, shards); });
  }
  stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) override {
    return ask("leave", writes, [&] { return inner_->leave(node, suspect); });
  }
  int history_format() const override { return inner_->history_format(); }
  std::uint32_t preferred_lanes() const override { return inner_->preferred_lanes(); }
  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    auto opened = ask("open_writer", writes, [&] { return inner_->open_writer(node, lane); });
    if (!opened) return opened;
    return std::unique_ptr<store_writer>(std::make_unique<guarded_writer>(*std::move(opened), guard_));
  }
  stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                const instance_needs& needs) override {
    return ask("relocate", writes, [&] { return inner_->relocate(node, instance, needs); });
  }
  stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) override {
    return ask("is_runnable_elsewhere", reads, [&] { return inner_->is_runnable_elsewhere(node, needs); });
  }
  void notify_owner(std::uint32_t shard) override { inner_->notify_owner(shard); }

  // -- messages and activities ------------------------------------------------
  stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                             std::size_t limit,
                                             const std::vector<std::uint32_t>& gained) override {
    return ask("fetch_undelivered", reads,
               [&] { return inner_->fetch_undelivered(node, position, until, limit, gained); });
  }
  stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                         std::size_t limit) override {
    return ask("fetch_due", reads, [&] { return inner_->fetch_due(node, from, until, limit); });
  }
  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override {
    return ask("fetch_activities", reads,
               [&] { return inner_->fetch_activities(node, shards, after, limit); });
  }
  stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                        const activity_claim& wanted) override {
    return ask("claim_activities", writes, [&] { return inner_->claim_activities(node, wanted); });
  }
  stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) override {
    return ask("release_activities", writes, [&] { return inner_->release_activities(node, keys); });
  }
  stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                    const std::vector<activity_key>& keys) override {
    return ask("lost_activities", reads, [&] { return inner_->lost_activities(node, keys); });
  }
  stored<bool> is_offered(const std::string& activity) override {
    return ask("is_offered", reads, [&] { return inner_->is_offered(activity); });
  }
  stored<std::vector<activity_state>> activities(const std::string& instance) override {
    return ask("activities", reads, [&] { return inner_->activities(instance); });
  }

  // -- instances --------------------------------------------------------------
  stored<std::optional<loaded_instance>> load(const std::string& instance) override {
    return ask("load", reads, [&] { return inner_->load(instance); });
  }
  stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                 std::uint64_t after) override {
    return ask("fetch_inbox", reads, [&] { return inner_->fetch_inbox(instance, life, after); });
  }
  stored<queue_page> fetch_queue(const std::string& instance, std::uint64_t life, const std::string& queue,
                                 std::size_t limit) override {
    return ask("fetch_queue", reads, [&] { return inner_->fetch_queue(instance, life, queue, limit); });
  }
  stored<instance_status> status(const std::string& instance) override {
    return ask("status", reads, [&] { return inner_->status(instance); });
  }
  stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) override {
    return ask("satisfied_waits", reads, [&] { return inner_->satisfied_waits(waits); });
  }
  stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) override {
    return ask("lives", reads, [&] { return inner_->lives(instances); });
  }
  stored<std::uint64_t> deletions() override {
    return ask("deletions", reads, [&] { return inner_->deletions(); });
  }
  stored<std::vector<kv_entry>> kv(const std::string& instance,
                                   const std::optional<std::string>& key) override {
    return ask("kv", reads, [&] { return inner_->kv(instance, key); });
  }
  stored<std::optional<actor_state>> actor(const std::string& instance) override {
    return ask("actor", reads, [&] { return inner_->actor(instance); });
  }
  stored<std::optional<kept_answer>> answer(const std::string& instance,
                                            const std::string& command_id) override {
    return ask("answer", reads, [&] { return inner_->answer(instance, command_id); });
  }
  stored<std::size_t> forget_answers(timestamp before, std::size_t limit) override {
    return ask("forget_answers", writes, [&] { return inner_->forget_answers(before, limit); });
  }
  stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) override {
    return ask("history", reads, [&] { return inner_->history(instance, execution); });
  }
  stored<bool> start(const instance_start& what, bool replace_terminal) override {
    return ask("start", writes, [&] { return inner_->start(what, replace_terminal); });
  }
  stored<post_outcome> post(const message& content, const std::string& creates) override {
    return ask("post", writes, [&] { return inner_->post(content, creates); });
  }
  stored<std::string> cancel_tree(std::uint64_t root, const std::string& position, const std::string& reason,
                                  timestamp moment) override {
    return ask("cancel_tree", writes, [&] { return inner_->cancel_tree(root, position, reason, moment); });
  }
  stored<std::unique_ptr<change_watch>> watch(watch_scope scope) override {
    auto opened = ask("watch", reads, [&] { return inner_->watch(scope); });
    if (!opened) return opened;
    return std::unique_ptr<change_watch>(std::make_unique<guarded_watch>(*std::move(opened), guard_));
  }
  store_administration& administration() override { return inner_->administration(); }

private:
  template <class Call> std::invoke_result_t<Call> ask(std::string_view operation, bool writing, Call call) {
    return guard_call(*guard_, operation, writing, std::move(call));
  }

  std::shared_ptr<provider> inner_;
  guard_ptr guard_;
};

}  // namespace

bool is_crash_point(std::string_view operation) {
  return operation != "join" && operation != "heartbeat" && operation != "open_writer" &&
         operation != "leave";
}

std::shared_ptr<provider> guarded(std::shared_ptr<provider> store, std::shared_ptr<store_guard> guard) {
  return std::make_shared<guarded_provider>(std::move(store), std::move(guard));
}

}  // namespace duroxide::internal
