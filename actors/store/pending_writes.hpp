// What waits for a lane of the journal, and how it is put into batches.
#pragma once

#include "actors/activity/work_queue.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/batch_room.hpp"
#include "actors/store/messages.hpp"
#include "actors/store/turn_lines.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace duroxide::internal {

struct noted_problem {
  instance_problem what;
  dispatcher_actor from;
};

// turn_lines chooses which turns go first when more wait than a batch may have. A batch is bounded in turns, in
// things and in bytes. What there is no room for waits for the next one; each kind of thing is the first to be
// taken in its turn, so that none waits for ever. Large turns are a kind of their own: many of them keep the
// others back for one batch at a time. Used by one thread.
class pending_writes {
public:
  static constexpr std::size_t large_turn = std::size_t{1} << 20;

  // -- what comes -------------------------------------------------------------
  void add(pending_turn turn);
  void add(commit_start start) { starts_.push_back(std::move(start)); }
  void add(commit_post post) { posts_.push_back(std::move(post)); }
  void add(claimed_outcome outcome) { outcomes_.push_back(std::move(outcome)); }
  void add(activity_progress progress);  // instead of an older one
  void add_discards(const std::vector<std::uint64_t>& message_ids);
  void begin_probation(std::string instance, instance_actor from);
  void add(instance_problem problem, dispatcher_actor from) {
    problems_.push_back({std::move(problem), std::move(from)});
  }
  void end_problem(std::string instance) { ended_problems_.push_back(std::move(instance)); }
  void end_probation(std::string instance) { ended_probations_.push_back(std::move(instance)); }

  // -- how much waits ---------------------------------------------------------
  bool empty() const;
  std::size_t starting_turns() const noexcept { return turns_.starts(); }
  // All turns, those of the batch that is being written among them.
  std::size_t turns() const noexcept { return turns_.size() + in_batch_.size() + large_turns_.size(); }

  // -- what goes --------------------------------------------------------------
  using tenure_of = std::function<std::uint64_t(const std::string& instance)>;
  commit_batch next_batch(std::size_t most_turns, const tenure_of& tenure);
  // The batch was not written: it waits as before.
  void put_back() { turns_.put_back(std::exchange(in_batch_, {})); }

  // Who is to be told of a batch that was written, in the order of its receipt.
  struct written {
    std::vector<instance_actor> turns;
    std::vector<instance_actor> probations;
    std::vector<noted_problem> problems;
    std::vector<commit_start> starts;
    std::vector<commit_post> posts;
  };
  // Takes out what the batch held, and drops every reference to its turns before anybody is told: each is then
  // freed by the thread of its instance, and not by the journal's, for which all wait.
  written take_written(commit_batch& batch);

  // Those that somebody else may write as well: all but the large ones.
  std::size_t small_turns() const noexcept { return turns_.size(); }
  // Half of them, or as many as a batch may have.
  std::vector<pending_turn> take_half(std::size_t most_turns);
  std::vector<pending_turn> take_repeatable() { return turns_.take_repeatable(); }
  // Everything is given up. Gives the requests of clients, whom somebody has to tell.
  written give_up();

private:
  void add_turns(commit_batch& batch, batch_room& room, std::size_t most_turns);
  void add_large_turns(commit_batch& batch, batch_room& room, std::size_t most_turns);
  void add_requests(commit_batch& batch, batch_room& room, const tenure_of& tenure);
  void add_outcomes(commit_batch& batch, batch_room& room);
  void add_notes(commit_batch& batch, batch_room& room);
  std::vector<instance_actor> take_turns(std::vector<std::shared_ptr<const turn_commit>> turns);

  turn_lines turns_;
  std::vector<turn_lines::taken_turn> in_batch_;  // of those
  std::deque<pending_turn> large_turns_;
  std::deque<commit_start> starts_;
  std::deque<commit_post> posts_;
  std::deque<std::uint64_t> discards_;
  std::deque<claimed_outcome> outcomes_;
  std::unordered_map<activity_key, activity_progress, activity_key_hash> progress_;  // the newest of each
  std::vector<std::pair<std::string, instance_actor>> probations_;                   // that begin
  std::vector<std::string> ended_probations_;
  std::deque<noted_problem> problems_;
  std::vector<std::string> ended_problems_;
  std::size_t batches_ = 0;
};

}  // namespace duroxide::internal
