#include "actors/store/pending_writes.hpp"

#include "duroxide/detail/ensure.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace duroxide::internal {

namespace {

// A row that is deleted, by its id.
constexpr std::size_t discard_bytes = 64;

template <class T> std::vector<T> take_first(std::deque<T>& waiting, std::size_t count) {
  const auto behind = waiting.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<T> taken(std::make_move_iterator(waiting.begin()), std::make_move_iterator(behind));
  waiting.erase(waiting.begin(), behind);
  return taken;
}

}  // namespace

// -- what comes ---------------------------------------------------------------

void pending_writes::add(pending_turn turn) {
  if (turn.bytes < large_turn)
    turns_.push(std::move(turn), steady_now());
  else
    large_turns_.push_back(std::move(turn));
}

void pending_writes::add(activity_progress progress) {
  activity_key key = progress.key;
  progress_.insert_or_assign(std::move(key), std::move(progress));
}

void pending_writes::add_discards(const std::vector<std::uint64_t>& message_ids) {
  discards_.insert(discards_.end(), message_ids.begin(), message_ids.end());
}

void pending_writes::begin_probation(std::string instance, instance_actor from) {
  probations_.emplace_back(std::move(instance), std::move(from));
}

bool pending_writes::empty() const {
  return turns_.empty() && large_turns_.empty() && starts_.empty() && posts_.empty() && discards_.empty() &&
         outcomes_.empty() && progress_.empty() && probations_.empty() && ended_probations_.empty() &&
         problems_.empty() && ended_problems_.empty();
}

// -- batches ------------------------------------------------------------------

commit_batch pending_writes::next_batch(std::size_t most_turns, const tenure_of& tenure) {
  constexpr std::size_t kinds = 5;
  commit_batch batch;
  batch_room room;
  for (std::size_t i = 0; i < kinds; ++i) switch ((batches_ + i) % kinds) {
    case 0: add_turns(batch, room, most_turns); break;
    case 1: add_large_turns(batch, room, most_turns); break;
    case 2: add_requests(batch, room, tenure); break;
    case 3: add_outcomes(batch, room); break;
    default: add_notes(batch, room); break;
    }
  for (const auto& [instance, from] : probations_) batch.probations.push_back(instance);
  batch.ended_probations = ended_probations_;
  batch.ended_problems = ended_problems_;
  return batch;
}

void pending_writes::add_turns(commit_batch& batch, batch_room& room, std::size_t most_turns) {
  in_batch_ = turns_.take(most_turns - std::min(most_turns, batch.turns.size()), room);
  for (const turn_lines::taken_turn& each : in_batch_) batch.turns.push_back(each.what.turn);
}

void pending_writes::add_large_turns(commit_batch& batch, batch_room& room, std::size_t most_turns) {
  for (const pending_turn& each : large_turns_) {
    if (batch.turns.size() >= most_turns || !room.take(each.bytes)) return;
    batch.turns.push_back(each.turn);
  }
}

// A message behind a start may be for the instance that it starts.
void pending_writes::add_requests(commit_batch& batch, batch_room& room, const tenure_of& tenure) {
  for (const commit_start& start : starts_) {
    if (!room.take(stored_bytes(start.what))) return;
    batch.starts.push_back(start.what);
  }
  for (const commit_post& post : posts_) {
    if (!room.take(stored_bytes(post.content))) return;
    batch.posts.push_back({post.content, tenure(post.content.instance), post.creates});
  }
}

void pending_writes::add_outcomes(commit_batch& batch, batch_room& room) {
  for (const claimed_outcome& each : outcomes_) {
    if (!room.take(stored_bytes(each.outcome))) return;
    batch.outcomes.push_back(each);
  }
}

void pending_writes::add_notes(commit_batch& batch, batch_room& room) {
  for (const auto& [key, progress] : progress_) {
    if (!room.take(stored_bytes(progress))) return;
    batch.progress.push_back(progress);
  }
  for (const noted_problem& each : problems_) {
    if (!room.take(each.what.detail.size())) return;
    batch.problems.push_back(each.what);
  }
  for (const std::uint64_t id : discards_) {
    if (!room.take(discard_bytes)) return;
    batch.discarded.push_back(id);
  }
}

// An outcome that was not accepted is somebody else's by now.
pending_writes::written pending_writes::take_written(commit_batch& batch) {
  ++batches_;
  take_first(discards_, batch.discarded.size());
  take_first(outcomes_, batch.outcomes.size());
  for (const activity_progress& each : batch.progress) progress_.erase(each.key);
  ended_probations_.clear();
  ended_problems_.clear();
  written done;
  done.problems = take_first(problems_, batch.problems.size());
  done.turns = take_turns(std::exchange(batch.turns, {}));
  for (auto& [instance, from] : std::exchange(probations_, {})) done.probations.push_back(std::move(from));
  done.starts = take_first(starts_, batch.starts.size());
  done.posts = take_first(posts_, batch.posts.size());
  return done;
}

std::vector<instance_actor>
pending_writes::take_turns(std::vector<std::shared_ptr<const turn_commit>> turns) {
  std::vector<instance_actor> instances;
  instances.reserve(turns.size());
  auto taken = in_batch_.begin();
  for (const std::shared_ptr<const turn_commit>& each : turns) {
    if (taken != in_batch_.end() && taken->what.turn == each) {
      instances.push_back(std::move(taken->what.from));
      ++taken;
    } else {
      detail::ensure(!large_turns_.empty() && large_turns_.front().turn == each,
                     "a batch holds what waits, in order");
      instances.push_back(std::move(large_turns_.front().from));
      large_turns_.pop_front();
    }
  }
  in_batch_.clear();
  return instances;
}

// -- what goes elsewhere ------------------------------------------------------

std::vector<pending_turn> pending_writes::take_half(std::size_t most_turns) {
  batch_room room;
  std::vector<pending_turn> half;
  for (turn_lines::taken_turn& each : turns_.take(std::min(turns_.size() / 2, most_turns), room))
    half.push_back(std::move(each.what));
  return half;
}

pending_writes::written pending_writes::give_up() {
  written unanswered;
  unanswered.starts = take_first(starts_, starts_.size());
  unanswered.posts = take_first(posts_, posts_.size());
  *this = pending_writes();
  return unanswered;
}

}  // namespace duroxide::internal
