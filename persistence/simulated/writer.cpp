#include "persistence/simulated/writer.hpp"

#include "persistence/fenced.hpp"
#include "persistence/simulated/claims.hpp"
#include "persistence/simulated/membership.hpp"
#include "persistence/simulated/sending.hpp"
#include "persistence/simulated/turns.hpp"

namespace duroxide::internal::simulated {

std::unique_ptr<writer> writer::open(tables& in, std::shared_ptr<core> of, std::uint64_t node,
                                     std::uint32_t lane) {
  require_member(in, node);
  const std::uint64_t epoch = ++in.last_epoch;
  in.writers[{node, lane}] = epoch;
  return std::unique_ptr<writer>(new writer(std::move(of), node, lane, epoch));
}

stored<batch_receipt> writer::commit(const commit_batch& batch) {
  return in_->write("commit", [&](tables& rows, news& whom) { return write(rows, whom, batch); });
}

batch_receipt writer::write(tables& rows, news& whom, const commit_batch& batch) const {
  const auto current = rows.writers.find({node_, lane_});
  if (current == rows.writers.end() || current->second != epoch_) persistence::throw_fenced(node_);
  const author by{node_, whom};
  batch_receipt receipt;
  for (const auto& turn : batch.turns) receipt.turns.push_back(write_turn(rows, by, *turn));
  for (const instance_start& each : batch.starts)
    receipt.started.push_back(start_instance(rows, by, each, 0) != 0);
  for (const client_post& each : batch.posts) receipt.posts.push_back(post_from_client(rows, by, each));
  for (const std::uint64_t id : batch.discarded) rows.discard(id);
  for (const claimed_outcome& each : batch.outcomes)
    receipt.outcomes.push_back(accept_outcome(rows, by, each));
  for (const activity_progress& each : batch.progress) note_progress(rows, by, each);
  for (const std::string& instance : batch.probations)
    if (const instance_row* it = rows.find(instance); it != nullptr && it->is_running())
      rows.probations[instance].node = node_;
  for (const std::string& instance : batch.ended_probations) rows.probations.erase(instance);
  whom.written = true;
  return receipt;
}

}  // namespace duroxide::internal::simulated
