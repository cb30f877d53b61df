#include "duroxide/provider.hpp"

#include "persistence/administration.hpp"
#include "persistence/sqlite/activities.hpp"
#include "persistence/sqlite/actors.hpp"
#include "persistence/sqlite/admin.hpp"
#include "persistence/sqlite/claims.hpp"
#include "persistence/sqlite/inbox.hpp"
#include "persistence/sqlite/kv.hpp"
#include "persistence/sqlite/loading.hpp"
#include "persistence/sqlite/membership.hpp"
#include "persistence/sqlite/replacing.hpp"
#include "persistence/sqlite/sending.hpp"
#include "persistence/sqlite/store.hpp"
#include "persistence/sqlite/transaction.hpp"
#include "persistence/sqlite/tree_cancellation.hpp"
#include "persistence/sqlite/watch.hpp"
#include "persistence/sqlite/writer.hpp"

#include <type_traits>

namespace duroxide {

namespace persistence::sqlite {

namespace {

// The provider's interface, put together from its parts. Any thread may call; each part is safe by itself.
class provider_over_store final : public provider {
public:
  explicit provider_over_store(std::shared_ptr<store> opened)
      : store_(std::move(opened)), membership_(store_),
        administration_(make_administration(make_admin_dialect(*store_))) {}

  std::string description() const override { return store_->description(); }

  stored<node_membership> join(const node_offer& offer) override {
    return store_->attempt("join", [&] { return membership_.join(offer); });
  }

  stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load) override {
    return store_->attempt("heartbeat", [&] { return membership_.heartbeat(node, load); });
  }

  std::optional<duration> next_heartbeat_in(std::uint64_t node) override {
    return membership_.next_heartbeat_in(node);
  }

  // One node owns all shards: nobody else could run it.
  stored<std::optional<std::uint32_t>> relocate(std::uint64_t, const std::string&,
                                                const instance_needs&) override {
    return std::optional<std::uint32_t>();
  }
  stored<bool> is_runnable_elsewhere(std::uint64_t, const instance_needs&) override { return false; }

  stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) override {
    return store_->attempt("satisfied_waits",
                           [&] { return sqlite::satisfied_waits(*store_->reading(), waits); });
  }
  stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) override {
    return store_->attempt("lives", [&] { return read_lives(*store_->reading(), instances); });
  }
  stored<std::uint64_t> deletions() override {
    return store_->attempt("deletions", [&] {
      return store_->reading()->value<std::uint64_t>(
          "select coalesce(max(value), 0) from meta where name = 'deletions'");
    });
  }

  // All shards have one owner, which has never more than its share.
  stored<void> release_shards(std::uint64_t, const std::vector<std::uint32_t>&) override { return {}; }

  stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) override {
    return store_->attempt("leave", [&] { membership_.leave(node, suspect); });
  }

  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    return store_->attempt("open_writer", [&]() -> std::unique_ptr<store_writer> {
      return writer::open(store_, {node, lane});
    });
  }

  stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                             std::size_t limit,
                                             const std::vector<std::uint32_t>& gained) override {
    return store_->attempt("fetch_undelivered", [&] {
      return read_undelivered(*store_->reading(), {node, position, until, limit, gained});
    });
  }

  stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                         std::size_t limit) override {
    return store_->attempt("fetch_due", [&] {
      return read_due(*store_->reading(), {node, from, until, limit});
    });
  }

  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override {
    return store_->attempt("fetch_activities", [&] {
      return read_activities(*store_->reading(), {node, shards, after, limit});
    });
  }

  stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                        const activity_claim& wanted) override {
    return store_->attempt("claim_activities",
                           [&] { return sqlite::claim_activities(*store_, node, wanted); });
  }

  stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) override {
    return store_->attempt("release_activities", [&] { sqlite::release_activities(*store_, node, keys); });
  }

  stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                    const std::vector<activity_key>& keys) override {
    return store_->attempt("lost_activities",
                           [&] { return sqlite::lost_activities(*store_->reading(), node, keys); });
  }

  stored<bool> is_offered(const std::string& activity) override {
    return store_->attempt("is_offered", [&] {
      const auto db = store_->reading();
      return db->value<int>("select exists (select 1 from nodes n, json_each(n.activities) offered "
                            "where n.state = 'alive' and offered.value = ?)",
                            activity) != 0;
    });
  }
  stored<std::vector<activity_state>> activities(const std::string& instance) override {
    return store_->attempt("activities", [&] { return read_activity_states(*store_->reading(), instance); });
  }

  stored<std::optional<loaded_instance>> load(const std::string& instance) override {
    return store_->attempt("load", [&] { return load_instance(*store_->reading(), instance); });
  }

  stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                 std::uint64_t after) override {
    return store_->attempt("fetch_inbox",
                           [&] { return sqlite::fetch_inbox(*store_->reading(), instance, life, after); });
  }

  stored<queue_page> fetch_queue(const std::string&, std::uint64_t life, const std::string& queue,
                                 std::size_t limit) override {
    return store_->attempt("fetch_queue", [&] { return read_queue(*store_->reading(), life, queue, limit); });
  }

  stored<instance_status> status(const std::string& instance) override {
    return store_->attempt("status", [&] { return read_status(*store_->reading(), instance); });
  }

  stored<std::vector<kv_entry>> kv(const std::string& instance,
                                   const std::optional<std::string>& key) override {
    return store_->attempt("kv", [&] { return read_kv(*store_->reading(), instance, key); });
  }

  stored<std::optional<actor_state>> actor(const std::string& instance) override {
    return store_->attempt("actor", [&] { return read_actor(*store_->reading(), instance); });
  }
  stored<std::optional<kept_answer>> answer(const std::string& instance,
                                            const std::string& command_id) override {
    return store_->attempt("answer", [&] { return read_answer(*store_->reading(), instance, command_id); });
  }
  stored<std::size_t> forget_answers(timestamp before, std::size_t limit) override {
    return store_->attempt("forget_answers", [&] {
      const auto db = store_->writing();
      transaction changes(*db, access::write);
      const std::size_t forgotten = sqlite::forget_answers(*db, before, limit);
      changes.commit();
      return forgotten;
    });
  }

  stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) override {
    return store_->attempt("history", [&] { return read_history(*store_->reading(), instance, execution); });
  }

  stored<bool> start(const instance_start& what, bool replace_terminal) override {
    return store_->attempt("start", [&] {
      return write_as_client([&](database& db) {
        // The executions are counted on, so that nothing that is still on its way from the old instance (the
        // outcome of an activity that was cancelled and would not stop) is taken for an answer to the new
        // one.
        const std::uint64_t last = replace_terminal ? delete_ended(db, what.instance) : 0;
        return start_instance(db, client(), what, false, last + 1).has_value();
      });
    });
  }

  stored<post_outcome> post(const message& content, const std::string& creates) override {
    return store_->attempt("post", [&] {
      return write_as_client([&](database& db) {
        return post_from_client(db, client(), {content, 0, creates}).outcome;
      });
    });
  }

  stored<std::string> cancel_tree(std::uint64_t root, const std::string& position, const std::string& reason,
                                  timestamp now) override {
    return store_->attempt("cancel_tree", [&] {
      return write_as_client([&](database& db) {
        return sqlite::cancel_tree(db, client(), {root, reason, now}, position);
      });
    });
  }

  stored<std::unique_ptr<change_watch>> watch(watch_scope scope) override {
    return store_->attempt("watch", [&]() -> std::unique_ptr<change_watch> {
      return std::make_unique<sqlite::watch>(store_, scope);
    });
  }

  store_administration& administration() override { return *administration_; }

private:
  writing_context client() const { return {store_->shard_count(), std::nullopt}; }

  // The runtime of this process learns of it by the notifier, because its watch passes over what this process
  // wrote.
  template <class Write> std::invoke_result_t<Write, database&> write_as_client(Write write) {
    const auto db = store_->writing();
    transaction changes(*db, access::write);
    const auto outcome = write(*db);
    changes.commit();
    store_->changes().ring();
    return outcome;
  }

  const std::shared_ptr<store> store_;
  membership membership_;
  const std::unique_ptr<store_administration> administration_;
};

std::shared_ptr<provider> make_provider(stored<std::shared_ptr<store>> opened) {
  return detail::make_shared_at_home<provider_over_store>(std::move(opened).value());
}

}  // namespace

}  // namespace persistence::sqlite

namespace sqlite = persistence::sqlite;

std::shared_ptr<provider> sqlite_provider::open(const std::string& path, sqlite_options options) {
  return sqlite::make_provider(
      // Of a path with a NUL in it, which is refused, an exception could only show what comes before.
      persistence::attempt("open: sqlite:" + std::string(path.c_str()),
                           [&] { return sqlite::store::open(path, options); }));
}

std::shared_ptr<provider> sqlite_provider::open_in_memory() {
  return sqlite::make_provider(
      persistence::attempt("open: sqlite::memory:", [] { return sqlite::store::open_in_memory(); }));
}

}  // namespace duroxide
