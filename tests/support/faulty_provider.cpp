#include "tests/support/faulty_provider.hpp"

#include "tests/support/forwarding_provider.hpp"

namespace duroxide::testing_support {

namespace {

class faulty_writer final : public store_writer {
public:
  faulty_writer(std::unique_ptr<store_writer> inner, std::uint32_t lane, std::shared_ptr<faults> injected)
      : inner_(std::move(inner)), lane_(lane), faults_(std::move(injected)) {}

  stored<batch_receipt> commit(const commit_batch& batch) override {
    ++faults_->commits;
    if (faults_->before_lane)
      if (auto error = faults_->before_lane(lane_, batch)) return *error;
    if (faults_->before_commit)
      if (auto error = faults_->before_commit(batch)) return *error;
    if (batch.turns.size() == 1 && batch.posts.empty() && batch.starts.empty() && faults_->finds_stale &&
        faults_->finds_stale(*batch.turns.front())) {
      batch_receipt refusal;
      refusal.turns.emplace_back().outcome = turn_outcome::stale;
      return refusal;
    }
    auto receipt = inner_->commit(batch);
    if (receipt && faults_->after_commit)
      if (auto error = faults_->after_commit(batch)) return *error;
    return receipt;
  }

private:
  std::unique_ptr<store_writer> inner_;
  std::uint32_t lane_;
  std::shared_ptr<faults> faults_;
};

class faulty_provider final : public forwarding_provider {
public:
  faulty_provider(std::shared_ptr<provider> inner, std::shared_ptr<faults> injected)
      : forwarding_provider(std::move(inner)), faults_(std::move(injected)) {}

  stored<node_membership> join(const node_offer& offer) override {
    ++faults_->joins;
    return inner_->join(offer);
  }
  stored<std::unique_ptr<store_writer>> open_writer(std::uint64_t node, std::uint32_t lane) override {
    auto opened = inner_->open_writer(node, lane);
    if (!opened) return opened;
    return std::unique_ptr<store_writer>(std::make_unique<faulty_writer>(*std::move(opened), lane, faults_));
  }
  stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                        const std::vector<std::uint32_t>& shards,
                                                        const std::optional<activity_key>& after,
                                                        std::size_t limit) override {
    if (faults_->before_fetch_activities) faults_->before_fetch_activities();
    auto found = inner_->fetch_activities(node, shards, after, limit);
    if (faults_->after_fetch_activities) faults_->after_fetch_activities();
    return found;
  }
  stored<std::optional<loaded_instance>> load(const std::string& instance) override {
    if (faults_->before_load)
      if (auto error = faults_->before_load(instance)) return *error;
    auto loaded = inner_->load(instance);
    if (loaded && *loaded && faults_->after_load) faults_->after_load(**loaded);
    return loaded;
  }
  stored<queue_page> fetch_inbox(const std::string& instance, std::uint64_t life,
                                 std::uint64_t after) override {
    ++faults_->inbox_pages;
    return inner_->fetch_inbox(instance, life, after);
  }
  stored<queue_page> fetch_queue(const std::string& instance, std::uint64_t life, const std::string& queue,
                                 std::size_t limit) override {
    if (faults_->before_fetch_queue)
      if (auto error = faults_->before_fetch_queue()) return *error;
    return inner_->fetch_queue(instance, life, queue, limit);
  }

private:
  std::shared_ptr<faults> faults_;
};

}  // namespace

std::shared_ptr<provider> with_faults(std::shared_ptr<provider> inner, std::shared_ptr<faults> injected) {
  return std::make_shared<faulty_provider>(std::move(inner), std::move(injected));
}

}  // namespace duroxide::testing_support
