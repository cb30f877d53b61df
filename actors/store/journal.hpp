// Group commit.
#pragma once

#include "actors/activity/work_queue.hpp"
#include "actors/node_context.hpp"
#include "actors/store/batch_room.hpp"
#include "actors/store/messages.hpp"
#include "actors/store/turn_lines.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/response_promise.hpp>

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

// The writer of a lane, on a thread of its own. A batch is whatever arrived while the last one was
// being written; there is no timer. Answers an instance only after its turn is durable (I2).
//
// Which turns go first when more wait than a batch may have, turn_lines says. When many wait, it hands half
// of them to the journal of the next lane, if that has nothing to do: then two commits are under way side by
// side. An instance has one turn in flight, so it does not matter which lane writes it; while few turns wait,
// one lane makes the larger batches and the fewer commits.
//
// A batch is bounded in turns, in things and in bytes. What there is no room for waits for the next one; each
// kind of thing is the first to be taken in its turn, so that none waits for ever. Large turns are a kind of
// their own: many of them keep the others back for one batch at a time.
//
// A store that cannot write now is tried again, with backoff, for as long as it takes: work waits and nothing
// fails because of it (I10). A fenced writer, or one that does not know whether its commit was made, tells
// the node, which throws away everything in memory and begins again as a new incarnation.
class journal final : public caf::event_based_actor {
public:
  // `next`: of the next lane; none for the last.
  journal(caf::actor_config& config, std::unique_ptr<store_writer> writer, caf::actor next,
          std::size_t batch_limit);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "journal"; }

private:
  void request_flush();
  void flush();
  void share();
  void answer_previous();
  bool all_written() const;
  commit_batch next_batch();
  void add_turns(commit_batch& batch, batch_room& room);
  void add_large_turns(commit_batch& batch, batch_room& room);
  void add_requests(commit_batch& batch, batch_room& room);
  void add_outcomes(commit_batch& batch, batch_room& room);
  void add_notes(commit_batch& batch, batch_room& room);
  void forget_written(const commit_batch& batch);
  void answer_turns(std::vector<std::shared_ptr<const turn_commit>> turns,
                    std::vector<turn_receipt> receipts);
  void answer(commit_batch batch, batch_receipt receipt);
  void answer_post(commit_post post, const post_receipt& receipt, bool deliver_here);
  void retry_later(const store_error& error);
  void give_up(const store_error& error);
  void show_waiting();
  void put_off_turns();

  std::unique_ptr<store_writer> writer_;
  caf::actor next_;
  bool next_is_busy_ = false;
  std::optional<caf::response_promise>
      previous_;  // answered when what the lane before handed over is written
  std::size_t batch_limit_;
  std::size_t batches_ = 0;
  context_ptr context_;
  turn_lines turns_;
  std::vector<turn_lines::taken_turn> in_batch_;  // of those
  std::deque<pending_turn> large_turns_;
  std::deque<commit_start> starts_;
  std::vector<std::pair<std::string, caf::actor>> probations_;  // that begin
  std::vector<std::string> ended_probations_;
  std::deque<commit_post> posts_;
  std::deque<std::uint64_t> discards_;
  std::deque<claimed_outcome> outcomes_;
  std::unordered_map<activity_key, activity_progress, activity_key_hash> progress_;  // the newest of each
  std::optional<caf::response_promise> stopped_;  // answered when everything is written
  std::array<std::int64_t, 2> shown_{};           // starts and other turns, in the counters
  bool flush_requested_ = false;
  bool given_up_ = false;
  bool hurries_ = false;
  std::uint32_t failures_ = 0;
};

}  // namespace duroxide::internal
