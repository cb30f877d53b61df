#include "tests/simulation/witness.hpp"

#include "tests/support/forwarding_provider.hpp"

#include <utility>

namespace duroxide::simulation {

namespace {

std::string quoted(const std::string& instance) { return " '" + instance + "'"; }

std::string describe(const activity_key& key) {
  return quoted(key.instance) + " event " + std::to_string(key.event_id);
}

std::string describe(const turn_commit& turn, const turn_receipt& receipt) {
  std::string text = "writes a turn of" + quoted(turn.instance);
  if (receipt.outcome != turn_outcome::committed) return text + ", and it is refused";
  for (const history_row& row : turn.history)
    text += ", events " + std::to_string(row.first_event_id) + " to " +
            std::to_string(row.first_event_id + row.count - 1);
  for (const outgoing_message& each : turn.messages)
    text += ", " + std::string(to_string(each.content.kind)) + " to" + quoted(each.content.instance);
  for (const outgoing_start& each : turn.starts) text += ", starts" + quoted(each.what.instance);
  return text + ", is " + std::string(to_string(turn.update.status));
}

void describe(const commit_batch& batch, const batch_receipt& receipt, const remarking& remark) {
  for (std::size_t i = 0; i < batch.turns.size(); ++i) remark(describe(*batch.turns[i], receipt.turns.at(i)));
  for (const instance_start& each : batch.starts) remark("writes a start of" + quoted(each.instance));
  for (const client_post& each : batch.posts)
    remark("writes " + std::string(to_string(each.content.kind)) + " to" + quoted(each.content.instance));
  for (std::size_t i = 0; i < batch.outcomes.size(); ++i)
    remark("writes an outcome for" + describe(batch.outcomes[i].key) +
           (receipt.outcomes.at(i) == 0 ? ", and it is refused" : ""));
}

class witness_of_writer final : public store_writer {
public:
  witness_of_writer(std::unique_ptr<store_writer> inner, ownership& book, ownership::author author,
                    remarking remark)
      : inner_(std::move(inner)), book_(book), author_(author), remark_(std::move(remark)) {}

  stored<batch_receipt> commit(const commit_batch& batch) override {
    auto receipt = inner_->commit(batch);
    if (!receipt) return receipt;
    book_.committed(author_, batch, *receipt);
    if (remark_) describe(batch, *receipt, remark_);
    return receipt;
  }

private:
  std::unique_ptr<store_writer> inner_;
  ownership& book_;
  const ownership::author author_;
  const remarking remark_;
};

class witness final : public testing_support::forwarding_provider {
public:
  witness(std::shared_ptr<provider> inner, std::string process, ownership& book, remarking remark)
      : forwarding_provider(std::move(inner)), process_(std::move(process)), book_(book),
        remark_(std::move(remark)) {}

  // -- members ----------------------------------------------------------------
  stored<node_membership> join(const node_offer& offer) override {
    auto joined = inner_->join(offer);
    if (!joined) return joined;
    look_who_lives();
    book_.joined(process_, *joined);
    return joined;
  }
  stored<heartbeat_result> heartbeat(std::uint64_t node, const node_load& load) override {
    auto brought = inner_->heartbeat(node, load);
    if (!brought) return brought;
    look_who_lives();
    book_.gained(node, brought->gained);
    return brought;
  }
  stored<void> release_shards(std::uint64_t node, const std::vector<std::uint32_t>& shards) override {
    auto done = inner_->release_shards(node, shards);
    if (done) book_.released(node, shards);
    return done;
  }
  stored<void> leave(std::uint64_t node, const std::vector<std::uint32_t>& suspect) override {
    auto done = inner_->leave(node, suspect);
    if (done) book_.left(node);
    return done;
  }
  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    auto opened = inner_->open_writer(node, lane);
    if (!opened) return opened;
    return std::unique_ptr<store_writer>(std::make_unique<witness_of_writer>(
        *std::move(opened), book_, book_.opened_writer(node, lane), remark_));
  }
  stored<std::optional<std::uint32_t>> relocate(std::uint64_t node, const std::string& instance,
                                                const instance_needs& needs) override {
    auto moved = inner_->relocate(node, instance, needs);
    if (moved && *moved) book_.relocated(instance, **moved);
    return moved;
  }

  // -- messages and activities ------------------------------------------------
  stored<undelivered_page> fetch_undelivered(std::uint64_t node, const std::string& position, timestamp until,
                                             std::size_t limit,
                                             const std::vector<std::uint32_t>& gained) override {
    auto page = inner_->fetch_undelivered(node, position, until, limit, gained);
    if (remark_ && page)
      for (const message& each : page->messages)
        remark_("finds " + std::string(to_string(each.kind)) + " to" + quoted(each.instance) +
                " in the inbox");
    return page;
  }
  stored<std::vector<message>> fetch_due(std::uint64_t node, timestamp from, timestamp until,
                                         std::size_t limit) override {
    auto due = inner_->fetch_due(node, from, until, limit);
    if (remark_ && due)
      for (const message& each : *due)
        remark_("finds that " + std::string(to_string(each.kind)) + " to" + quoted(each.instance) +
                " will be due");
    return due;
  }
  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override {
    return remark_on("finds the activity of", inner_->fetch_activities(node, shards, after, limit));
  }
  stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                        const activity_claim& wanted) override {
    return remark_on("claims the activity of", inner_->claim_activities(node, wanted));
  }
  stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) override {
    if (remark_)
      for (const activity_key& each : keys) remark_("gives back the activity of" + describe(each));
    return inner_->release_activities(node, keys);
  }

  // -- instances --------------------------------------------------------------
  stored<std::optional<loaded_instance>> load(const std::string& instance) override {
    if (remark_) remark_("loads" + quoted(instance));
    return inner_->load(instance);
  }
  stored<bool> start(const instance_start& request, bool replace_terminal) override {
    if (remark_) remark_("starts" + quoted(request.instance));
    return inner_->start(request, replace_terminal);
  }
  stored<post_outcome> post(const message& content, const std::string& creates) override {
    if (remark_) remark_("posts " + std::string(to_string(content.kind)) + " to" + quoted(content.instance));
    return inner_->post(content, creates);
  }

private:
  // Only whoever joins or sends a heartbeat expires others.
  void look_who_lives() {
    if (const auto members = inner_->administration().nodes(0)) book_.only_these_live(*members);
  }
  stored<std::vector<stored_activity>> remark_on(const std::string& action,
                                                 stored<std::vector<stored_activity>> found) const {
    if (remark_ && found)
      for (const stored_activity& each : *found) remark_(action + describe(each.key));
    return found;
  }

  const std::string process_;
  ownership& book_;
  const remarking remark_;
};

}  // namespace

std::shared_ptr<provider> witnessed(std::shared_ptr<provider> store, std::string process, ownership& book,
                                    remarking remark) {
  return std::make_shared<witness>(std::move(store), std::move(process), book, std::move(remark));
}

}  // namespace duroxide::simulation
