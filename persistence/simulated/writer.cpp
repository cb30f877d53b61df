#include "persistence/simulated/writer.hpp"

#include "persistence/fenced.hpp"
#include "persistence/simulated/claims.hpp"
#include "persistence/simulated/membership.hpp"
#include "persistence/simulated/problems.hpp"
#include "persistence/simulated/sending.hpp"
#include "persistence/simulated/turns.hpp"

namespace duroxide::internal::simulated {

std::unique_ptr<writer> writer::open(tables& rows, std::shared_ptr<core> store, std::uint64_t node,
                                     std::uint32_t lane) {
  require_member(rows, node);
  const std::uint64_t epoch = ++rows.cluster.last_epoch;
  rows.cluster.writers[{node, lane}] = epoch;
  return std::unique_ptr<writer>(new writer(std::move(store), node, lane, epoch));
}

stored<batch_receipt> writer::commit(const commit_batch& batch) {
  return store_->write("commit",
                       [&](tables& rows, news& concerned) { return write(rows, concerned, batch); });
}

batch_receipt writer::write(tables& rows, news& concerned, const commit_batch& batch) const {
  const auto current = rows.cluster.writers.find({node_, lane_});
  if (current == rows.cluster.writers.end() || current->second != epoch_) persistence::throw_fenced(node_);
  const author origin{node_, concerned};
  batch_receipt receipt;
  for (const auto& turn : batch.turns) receipt.turns.push_back(write_turn(rows, origin, *turn));
  for (const instance_start& each : batch.starts)
    receipt.started.push_back(start_instance(rows, origin, each, 0) != 0);
  for (const client_post& each : batch.posts) receipt.posts.push_back(post_from_client(rows, origin, each));
  for (const std::uint64_t id : batch.discarded) rows.messages.discard(id);
  for (const claimed_outcome& each : batch.outcomes)
    receipt.outcomes.push_back(accept_outcome(rows, origin, each));
  for (const activity_progress& each : batch.progress) note_progress(rows, origin, each);
  for (const std::string& instance : batch.probations)
    if (const instance_row* row = rows.instances.find(instance); row != nullptr && row->is_running())
      rows.probations[instance].node = node_;
  for (const std::string& instance : batch.ended_probations) rows.probations.erase(instance);
  for (const std::string& instance : batch.ended_problems)
    if (const instance_row* row = rows.instances.find(instance)) end_problem(rows, row->key);
  for (const instance_problem& problem : batch.problems) note_problem(rows, problem, node_);
  concerned.written = true;
  return receipt;
}

}  // namespace duroxide::internal::simulated
