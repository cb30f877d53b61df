#include "duroxide/provider.hpp"

#include "persistence/administration.hpp"
#include "persistence/postgres/activities.hpp"
#include "persistence/postgres/actors.hpp"
#include "persistence/postgres/admin.hpp"
#include "persistence/postgres/batch_encoding.hpp"
#include "persistence/postgres/claims.hpp"
#include "persistence/postgres/inbox.hpp"
#include "persistence/postgres/loading.hpp"
#include "persistence/postgres/membership.hpp"
#include "persistence/postgres/relocation.hpp"
#include "persistence/postgres/store.hpp"
#include "persistence/postgres/tree_cancellation.hpp"
#include "persistence/postgres/watch.hpp"
#include "persistence/postgres/writer.hpp"

#include <algorithm>

namespace duroxide {

namespace persistence::postgres {

namespace {

// Two signs may be lost before a member is suspected.
membership_limits limits_for(duration suspect_after) {
  membership_limits limits;
  limits.hangs_after = suspect_after;
  limits.between_signs = std::min<duration>(limits.between_signs, suspect_after / 3);
  return limits;
}

// The provider's interface, put together from its parts. Any thread may call; each part is safe by itself.
class provider_over_store final : public provider {
  template <class Body> auto read(std::string_view operation, Body&& body) {
    return store_->attempt(operation, [&] { return store_->read(body); });
  }
  // What the node keeps in memory.
  template <class Body> auto read_for(std::uint64_t node, std::string_view operation, Body&& body) {
    return read(operation, [&](connection& db) {
      store_->known().require(node, db);
      return body(db);
    });
  }

public:
  provider_over_store(std::shared_ptr<store> opened, duration suspect_after)
      : store_(std::move(opened)), membership_(store_, limits_for(suspect_after)), claims_(store_),
        administration_(make_administration(make_admin_dialect(*store_))) {}

  std::string description() const override { return store_->description(); }

  stored<node_membership> join(const node_offer& offer) override {
    return store_->attempt("join", [&] {
      if (store_->is_pooled())
        throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                            "a runtime cannot run behind a transaction pooler, where nobody can see whether "
                            "it lives. Connect it to PostgreSQL itself, or through session pooling; clients "
                            "may stay where they are.");
      return membership_.join(offer);
    });
  }

  stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load) override {
    return store_->attempt("heartbeat", [&] { return membership_.heartbeat(node, load); });
  }

  std::optional<duration> next_heartbeat_in(std::uint64_t node) override {
    return membership_.next_heartbeat_in(node);
  }

  stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) override {
    return store_->attempt("release_shards", [&] { membership_.release(node, shards); });
  }

  stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) override {
    return store_->attempt("leave", [&] {
      claims_.forget(node);
      membership_.leave(node, suspect);
    });
  }

  std::uint32_t preferred_lanes() const override { return 2; }

  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    return store_->attempt(
        "open_writer", [&]() -> std::unique_ptr<store_writer> { return writer::open(store_, node, lane); });
  }

  stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                const instance_needs& needs) override {
    return store_->attempt("relocate", [&] { return postgres::relocate(*store_, node, instance, needs); });
  }

  stored<bool> is_runnable_elsewhere(std::uint64_t node, const instance_needs& needs) override {
    return store_->attempt("is_runnable_elsewhere",
                           [&] { return postgres::is_runnable_elsewhere(*store_, node, needs); });
  }

  stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) override {
    return read("satisfied_waits", [&](connection& db) { return postgres::satisfied_waits(db, waits); });
  }
  stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) override {
    return read("lives", [&](connection& db) { return read_lives(db, instances); });
  }
  stored<std::uint64_t> deletions() override { return store_->deletions(); }

  void notify_owner(std::uint32_t) override { store_->tell({{}, true}); }

  stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                             std::size_t limit,
                                             const std::vector<std::uint32_t>& gained) override {
    return read_for(node, "fetch_undelivered", [&](connection& db) {
      return read_undelivered(db, store_->known(), {node, position, until, limit, gained},
                              store_->shard_count());
    });
  }

  stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                         std::size_t limit) override {
    return read_for(node, "fetch_due", [&](connection& db) {
      return read_due(db, {node, from, until, limit});
    });
  }

  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override {
    return read_for(node, "fetch_activities", [&](connection& db) {
      return read_activities(db, {node, shards, after, limit});
    });
  }

  stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                        const activity_claim& wanted) override {
    return store_->attempt("claim_activities", [&] { return claims_.claim(node, wanted); });
  }

  stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) override {
    return store_->attempt("release_activities", [&] {
      if (keys.empty()) return;
      claims_.release(node, keys);
      store_->tell({{}, true});
    });
  }

  stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                    const std::vector<activity_key>& keys) override {
    return read("lost_activities",
                [&](connection& db) { return postgres::lost_activities(db, store_->known(), node, keys); });
  }

  stored<bool> is_offered(const std::string& activity) override {
    return read("is_offered", [&](connection& db) {
      return db.value<bool>(
          "select exists (select 1 from nodes where state = 'alive' and $1 = any (activities))", activity);
    });
  }

  stored<std::vector<activity_state>> activities(const std::string& instance) override {
    return read("activities", [&](connection& db) { return read_activity_states(db, instance); });
  }

  stored<std::optional<loaded_instance>> load(const std::string& instance) override {
    return read("load", [&](connection& db) { return load_instance(db, store_->known(), instance); });
  }

  int history_format() const override { return store_->history_format(); }

  stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                 std::uint64_t after) override {
    return read("fetch_inbox",
                [&](connection& db) { return postgres::fetch_inbox(db, instance, life, after); });
  }

  stored<queue_page> fetch_queue(const std::string&, std::uint64_t life, const std::string& queue,
                                 std::size_t limit) override {
    return read("fetch_queue", [&](connection& db) { return read_queue(db, life, queue, limit); });
  }

  stored<instance_status> status(const std::string& instance) override {
    return read("status", [&](connection& db) { return read_status(db, instance); });
  }

  stored<std::vector<kv_entry>> kv(const std::string& instance,
                                   const std::optional<std::string>& key) override {
    return read("kv", [&](connection& db) { return read_kv(db, instance, key); });
  }

  stored<std::optional<actor_state>> actor(const std::string& instance) override {
    return read("actor", [&](connection& db) { return read_actor(db, instance); });
  }

  stored<std::optional<kept_answer>> answer(const std::string& instance,
                                            const std::string& command_id) override {
    return read("answer", [&](connection& db) -> std::optional<kept_answer> {
      auto found = read_answers(db, instance, {command_id});
      if (found.empty()) return std::nullopt;
      return std::move(found.front());
    });
  }

  stored<std::size_t> forget_answers(timestamp before, std::size_t limit) override {
    return store_->attempt("forget_answers",
                           [&] { return postgres::forget_answers(*store_->writing(), before, limit); });
  }

  stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) override {
    return read("history", [&](connection& db) { return read_history(db, instance, execution); });
  }

  stored<bool> start(const instance_start& what, bool replace_terminal) override {
    return store_->attempt("start", [&] {
      const auto db = store_->writing();
      batch_writer one(store_->types(), store_->shard_count(), store_->history_format());
      one.add_start(what);
      const batch_answer answer = replace_terminal ? one.write_replacing(*db) : one.write(*db, {});
      tell(answer);
      return answer.receipt.started.front();
    });
  }

  stored<post_outcome> post(const message& content, const std::string& creates) override {
    return store_->attempt("post", [&] {
      batch_writer one(store_->types(), store_->shard_count(), store_->history_format());
      one.add(client_post{content, 0, creates});
      const batch_answer answer = one.write(*store_->writing(), {});
      tell(answer);
      return answer.receipt.posts.front().outcome;
    });
  }

  stored<std::string> cancel_tree(std::uint64_t root, const std::string& position, const std::string& reason,
                                  timestamp now) override {
    return store_->attempt("cancel_tree", [&] {
      return postgres::cancel_tree(*store_, {root, reason, now}, position);
    });
  }

  stored<std::unique_ptr<change_watch>> watch(watch_scope scope) override {
    return store_->attempt("watch", [&]() -> std::unique_ptr<change_watch> {
      return std::make_unique<postgres::watch>(store_, scope);
    });
  }

  store_administration& administration() override { return *administration_; }

private:
  void tell(const batch_answer& written) {
    store_->tell(written.wake);
    store_->notifications().committed();
  }

  const std::shared_ptr<store> store_;
  membership membership_;
  claims claims_;
  const std::unique_ptr<store_administration> administration_;
};

}  // namespace

}  // namespace persistence::postgres

std::shared_ptr<provider> postgres_provider::connect(const std::string& url, postgres_options options) {
  return connect_with_schema(url, "duroxide", std::move(options));
}

std::shared_ptr<provider> postgres_provider::connect_with_schema(const std::string& url,
                                                                 const std::string& schema,
                                                                 postgres_options options) {
  using namespace persistence;
  if (options.suspect_after < std::chrono::seconds(1) || options.suspect_after > std::chrono::hours(1))
    throw configuration_error(error_kind::invalid_argument,
                              "postgres_options::suspect_after must be between 1 second and 1 hour");
  auto parsed = attempt("connect", [&] { return postgres::conninfo(url, std::move(options.password)); });
  const postgres::conninfo server = std::move(parsed).value();
  auto opened = attempt("connect: " + server.description(), [&] {
    return detail::make_shared_at_home<postgres::store>(server, schema, options.read_only);
  });
  return detail::make_shared_at_home<postgres::provider_over_store>(std::move(opened).value(),
                                                                    options.suspect_after);
}

}  // namespace duroxide
