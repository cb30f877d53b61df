#include "actors/store/journal.hpp"

#include "runtime/stored_bytes.hpp"
#include "actors/backoff.hpp"
#include "actors/host/messages.hpp"
#include "actors/instance/messages.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"
#include "actors/shard/messages.hpp"
#include "actors/store/messages.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace duroxide::internal {

namespace {

// So many turns must wait before a second commit beside the first one pays. Measured: lanes that share from
// the first turn on do a fifth less work with 100 instances in flight, as each commits half a batch.
constexpr std::size_t worth_sharing = 256;

// Of what the store will not take later either.
error_details refusal(const std::string& what, const std::string& why) {
  return {error_category::infrastructure,
          error_kind::store_incompatible,
          "the store cannot take " + what + ": " + why,
          {}};
}

// When the node stops, the turns that wait are committed for so long. Usually that is all of them; what grows
// and grows is stopped by it.
constexpr std::chrono::seconds before_putting_off{1};

constexpr duration between_puttings_off{10};

constexpr std::size_t large_turn = std::size_t{1} << 20;

// A row that is deleted, by its id.
constexpr std::size_t discard_bytes = 64;

}  // namespace

journal::journal(caf::actor_config& config, std::unique_ptr<store_writer> writer, caf::actor next,
                 std::size_t batch_limit)
    : event_based_actor(config), writer_(std::move(writer)), next_(std::move(next)),
      batch_limit_(batch_limit) {}

caf::behavior journal::make_behavior() {
  return {
      [this](context_ptr& all) { context_ = std::move(all); },
      [this](commit_turn& request) {
        pending_turn turn{std::move(request.turn), request.bytes, request.begins, request.began,
                          caf::actor_cast<caf::actor>(current_sender())};
        if (turn.bytes < large_turn)
          turns_.push(std::move(turn), steady_now());
        else
          large_turns_.push_back(std::move(turn));
        request_flush();
      },
      [this](commit_turns& request) {
        previous_ = make_response_promise();
        auto promise = *previous_;
        for (pending_turn& each : request.turns) turns_.push(std::move(each), steady_now());
        request_flush();
        return promise;
      },
      [this](commit_start& request) {
        starts_.push_back(std::move(request));
        request_flush();
      },
      [this](commit_post& request) {
        posts_.push_back(std::move(request));
        request_flush();
      },
      [this](begin_probation& request) {
        probations_.emplace_back(std::move(request.instance), caf::actor_cast<caf::actor>(current_sender()));
        request_flush();
      },
      [this](end_probation& request) {
        ended_probations_.push_back(std::move(request.instance));
        request_flush();
      },
      [this](commit_discards& request) {
        discards_.insert(discards_.end(), request.message_ids.begin(), request.message_ids.end());
        request_flush();
      },
      [this](commit_outcome& request) {
        outcomes_.push_back({std::move(request.key), std::move(request.outcome)});
        request_flush();
      },
      [this](commit_progress& request) {
        activity_key key = request.progress.key;
        progress_.insert_or_assign(std::move(key), std::move(request.progress));
        request_flush();
      },
      [this](flush_atom) {
        flush_requested_ = false;
        flush();
        if (!all_written()) return;
        answer_previous();
        if (stopped_) stopped_->deliver(caf::unit);
      },
      [this](hurry_atom) {
        if (std::exchange(hurries_, true))
          put_off_turns();
        else
          delayed_send(this, before_putting_off, hurry_atom::value);
      },
      [this](stop_atom) {
        stopped_ = make_response_promise();
        auto promise = *stopped_;
        if (given_up_ || all_written()) promise.deliver(caf::unit);
        return promise;
      },
  };
}

void journal::on_exit() {
  turns_.clear();
  large_turns_.clear();
  in_batch_.clear();
  show_waiting();
  writer_.reset();
  context_.reset();
  next_ = nullptr;
  previous_.reset();
  starts_.clear();
  posts_.clear();
  outcomes_.clear();
  progress_.clear();
  probations_.clear();
  stopped_.reset();
}

// The flush message comes after everything that is in the mailbox by now: that is the batch.
void journal::request_flush() {
  if (flush_requested_ || given_up_) return;
  flush_requested_ = true;
  send(this, flush_atom::value);
}

bool journal::all_written() const {
  return turns_.empty() && large_turns_.empty() && starts_.empty() && posts_.empty() && discards_.empty() &&
         outcomes_.empty() && progress_.empty() && probations_.empty() && ended_probations_.empty();
}

commit_batch journal::next_batch() {
  constexpr std::array parts{&journal::add_turns, &journal::add_large_turns, &journal::add_requests,
                             &journal::add_outcomes, &journal::add_notes};
  commit_batch batch;
  batch_room room;
  for (std::size_t i = 0; i < parts.size(); ++i) (this->*parts[(batches_ + i) % parts.size()])(batch, room);
  for (const auto& [instance, from] : probations_) batch.probations.push_back(instance);
  batch.ended_probations = ended_probations_;
  return batch;
}

void journal::add_turns(commit_batch& batch, batch_room& room) {
  const std::size_t most = batch_limit_ - std::min(batch_limit_, batch.turns.size());
  in_batch_ = turns_.take(most, room);
  for (const turn_lines::taken_turn& each : in_batch_) batch.turns.push_back(each.what.turn);
}

void journal::add_large_turns(commit_batch& batch, batch_room& room) {
  for (const pending_turn& each : large_turns_) {
    if (batch.turns.size() >= batch_limit_ || !room.take(each.bytes)) return;
    batch.turns.push_back(each.turn);
  }
}

// A message behind a start may be for the instance that it starts.
void journal::add_requests(commit_batch& batch, batch_room& room) {
  for (const auto& start : starts_) {
    if (!room.take(stored_bytes(start.what))) return;
    batch.starts.push_back(start.what);
  }
  for (const auto& post : posts_) {
    if (!room.take(stored_bytes(post.content))) return;
    batch.posts.push_back({post.content, context_->tenure_of(post.content.instance)});
  }
}

void journal::add_outcomes(commit_batch& batch, batch_room& room) {
  for (const auto& each : outcomes_) {
    if (!room.take(stored_bytes(each.outcome))) return;
    batch.outcomes.push_back(each);
  }
}

void journal::add_notes(commit_batch& batch, batch_room& room) {
  for (const auto& [key, progress] : progress_) {
    if (!room.take(stored_bytes(progress))) return;
    batch.progress.push_back(progress);
  }
  for (const std::uint64_t id : discards_) {
    if (!room.take(discard_bytes)) return;
    batch.discarded.push_back(id);
  }
}

void journal::share() {
  if (!next_ || next_is_busy_ || turns_.size() < worth_sharing) return;
  batch_room room;
  commit_turns part;
  for (turn_lines::taken_turn& each : turns_.take(std::min(turns_.size() / 2, batch_limit_), room))
    part.turns.push_back(std::move(each.what));
  next_is_busy_ = true;
  auto next_is_free = [this] { next_is_busy_ = false; };
  request(next_, caf::infinite, std::move(part)).then(next_is_free, [](const caf::error&) {});
}

void journal::answer_previous() {
  if (auto promise = std::exchange(previous_, std::nullopt)) promise->deliver(caf::unit);
}

void journal::flush() {
  if (given_up_ || all_written()) return;
  share();
  show_waiting();
  commit_batch batch = next_batch();
  auto began = metrics::clock::now();
  stored<batch_receipt> receipt = writer_->commit(batch);
  if (!receipt)
    context_->counters->count_store_error();
  else
    context_->counters->count_commit(batch.turns.size(), metrics::clock::now() - began);
  if (receipt) {
    failures_ = 0;
    answer(std::move(batch), *std::move(receipt));
    if (!all_written()) request_flush();
  } else if (receipt.error().certainty == commit_certainty::not_done) {
    retry_later(receipt.error());
  } else {
    give_up(receipt.error());
  }
}

void journal::forget_written(const commit_batch& batch) {
  const auto forget_first = [](auto& waiting, std::size_t count) {
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
  };
  forget_first(discards_, batch.discarded.size());
  forget_first(outcomes_, batch.outcomes.size());  // one that was not accepted is somebody else's by now
  for (const activity_progress& each : batch.progress) progress_.erase(each.key);
  ended_probations_.clear();
}

void journal::answer(commit_batch batch, batch_receipt receipt) {
  ++batches_;
  forget_written(batch);
  for (const auto& [instance, from] : std::exchange(probations_, {})) send(from, probation_begun_atom::value);
  answer_turns(std::exchange(batch.turns, {}), std::move(receipt.turns));
  for (std::size_t i = 0; i < receipt.started.size(); ++i) {
    commit_start& start = starts_.front();
    if (i < receipt.refused_starts.size() && !receipt.refused_starts[i].empty())
      start.done(refusal("the start of instance '" + start.what.instance + "'", receipt.refused_starts[i]));
    else
      start.done(receipt.started[i] ? start_result::started : start_result::already_exists);
    starts_.pop_front();
  }
  for (std::size_t i = 0; i < batch.posts.size(); ++i) {
    answer_post(std::move(posts_.front()), receipt.posts[i], batch.posts[i].delivered_under != 0);
    posts_.pop_front();
  }
}

// An instance is told only when it alone has its turn: it is freed by the thread that goes on with it, and
// not by this one, which all wait for.
void journal::answer_turns(std::vector<std::shared_ptr<const turn_commit>> turns,
                           std::vector<turn_receipt> receipts) {
  auto taken = in_batch_.begin();
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const bool was_taken = taken != in_batch_.end() && taken->what.turn == turns[i];
    turns[i].reset();
    if (was_taken) {
      taken->what.turn.reset();
      send(taken->what.from, turn_written{std::move(receipts[i])});
      ++taken;
    } else {
      large_turns_.front().turn.reset();
      send(large_turns_.front().from, turn_written{std::move(receipts[i])});
      large_turns_.pop_front();
    }
  }
  in_batch_.clear();
  show_waiting();
}

void journal::answer_post(commit_post post, const post_receipt& receipt, bool deliver_here) {
  const std::string& instance = post.content.instance;
  switch (receipt.outcome) {
  case post_outcome::accepted:
    post.done(std::monostate{});
    post.content.id = receipt.message_id;
    if (deliver_here) context_->send_message(*this, std::move(post.content));
    break;
  case post_outcome::not_found:
    post.done(error_details{error_category::application,
                            error_kind::instance_not_found,
                            "there is no instance '" + instance + "'; start it first",
                            {}});
    break;
  case post_outcome::terminal:
    if (post.content.kind == message_kind::cancel) return post.done(std::monostate{});
    post.done(error_details{error_category::application,
                            error_kind::instance_terminal,
                            "instance '" + instance + "' has ended; it takes no more messages",
                            {}});
    break;
  case post_outcome::unwritable:
    post.done(refusal("a message for instance '" + instance + "'", receipt.why));
    break;
  }
}

void journal::retry_later(const store_error& error) {
  turns_.put_back(std::exchange(in_batch_, {}));
  ++failures_;
  duration wait = exponential_backoff(duration(10), std::chrono::seconds(2), failures_);
  if (failures_ == 1 || failures_ % 30 == 0)
    log_warning("duroxide: the store cannot commit now, {} turns wait ({} attempts): {}",
                turns_.size() + large_turns_.size(), failures_, error.message);
  flush_requested_ = true;
  delayed_send(this, wait, flush_atom::value);
}

void journal::give_up(const store_error& error) {
  given_up_ = true;
  for (auto& start : starts_) start.done(error.details());
  starts_.clear();
  for (auto& post : posts_) post.done(error.details());
  posts_.clear();
  turns_.clear();
  large_turns_.clear();
  in_batch_.clear();
  show_waiting();
  if (stopped_) stopped_->deliver(caf::unit);
  if (context_) send(context_->node, lost_ownership{context_->membership.node, error});
}

// They are as if they had not been made: what they take is in the store. Who has been told makes no other
// turn, since the node stops.
void journal::put_off_turns() {
  if (given_up_) return;
  for (const pending_turn& each : turns_.take_repeatable()) send(each.from, put_off_atom::value);
  show_waiting();
  request_flush();
  delayed_send(this, between_puttings_off, hurry_atom::value);
}

// All journals of the node count together.
void journal::show_waiting() {
  if (!context_) return;
  std::array<std::int64_t, 2> waiting{};
  waiting[0] = static_cast<std::int64_t>(turns_.starts());
  waiting[1] = static_cast<std::int64_t>(turns_.size() + in_batch_.size() + large_turns_.size()) - waiting[0];
  context_->counters->waiting_starts += waiting[0] - shown_[0];
  context_->counters->waiting_turns += waiting[1] - shown_[1];
  shown_ = waiting;
}

}  // namespace duroxide::internal
