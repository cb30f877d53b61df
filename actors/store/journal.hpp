// Group commit.
#pragma once

#include "actors/node_context.hpp"
#include "actors/store/messages.hpp"
#include "actors/store/pending_writes.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace duroxide::internal {

// The writer of a lane, on a thread of its own. A batch is whatever arrived while the last one was
// being written; there is no timer. Answers an instance only after its turn is durable (I2).
//
// When many turns wait, it hands half of them to the journal of the next lane, if that has nothing to do: then
// two commits are under way side by side. An instance has one turn in flight, so it does not matter which lane
// writes it; while few turns wait, one lane makes the larger batches and the fewer commits.
//
// A store that cannot write now is tried again, with backoff, for as long as it takes: work waits and nothing
// fails because of it (I10). A fenced writer, or one that does not know whether its commit was made, tells
// the node, which throws away everything in memory and begins again as a new incarnation.
class journal final : public journal_self::base {
public:
  // `next`: of the next lane; none for the last.
  journal(caf::actor_config& config, std::unique_ptr<store_writer> writer, journal_actor next,
          std::size_t batch_limit);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "journal"; }

private:
  journal_requests::behavior_type requests();
  void request_flush();
  void flush();
  void share();
  void answer(commit_batch batch, batch_receipt receipt);
  void answer_post(commit_post post, const post_receipt& receipt, bool deliver_here);
  void answer_previous();
  void retry_later(const store_error& error);
  void give_up(const store_error& error);
  void put_off_turns();
  void show_waiting();

  std::unique_ptr<store_writer> writer_;
  journal_actor next_;
  bool next_is_busy_ = false;
  std::size_t batch_limit_;
  context_ptr context_;
  pending_writes waiting_;
  std::optional<done_promise> previous_;  // answers the previous lane's commit_turns once those are written
  std::optional<done_promise> stopped_;   // everything is written
  std::array<std::int64_t, 2> shown_{};   // starts and other turns, in the counters
  bool flush_requested_ = false;
  bool given_up_ = false;
  bool hurries_ = false;
  std::uint32_t failures_ = 0;
};

}  // namespace duroxide::internal
