#include "actors/store/journal.hpp"

#include "duroxide/detail/ensure.hpp"
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

// When the node stops, the turns that wait are committed for so long. Usually that is all of them.
// Instances that produce turns without end are cut off by it.
constexpr std::chrono::seconds before_putting_off{1};

constexpr duration between_puttings_off{10};

}  // namespace

journal::journal(caf::actor_config& config, std::unique_ptr<store_writer> writer, journal_actor next,
                 std::size_t batch_limit)
    : journal_self::base(config), writer_(std::move(writer)), next_(std::move(next)),
      batch_limit_(batch_limit) {}

journal::behavior_type journal::make_behavior() {
  journal_lifecycle::behavior_type lifecycle{
      [this](context_ptr& context) { context_ = std::move(context); },
      [this](hurry_atom) {
        if (std::exchange(hurries_, true))
          put_off_turns();
        else
          delayed_send(this, before_putting_off, hurry_atom::value);
      },
      [this](stop_atom) {
        stopped_ = make_response_promise<void>();
        auto promise = *stopped_;
        if (given_up_ || waiting_.empty()) fulfil(promise);
        return promise;
      },
  };
  takes<flush_atom>::behavior_type own{[this](flush_atom) {
    flush_requested_ = false;
    flush();
    if (!waiting_.empty()) return;
    answer_previous();
    if (stopped_) fulfil(*stopped_);
  }};
  return join_behaviors<journal_requests, journal_lifecycle, takes<flush_atom>>(
      requests(), std::move(lifecycle), std::move(own));
}

journal_requests::behavior_type journal::requests() {
  return {
      [this](commit_turn& request) {
        waiting_.add(pending_turn{std::move(request.turn), request.bytes, request.begins, request.began,
                                  sender_of_message<instance_actor>(*this)});
        request_flush();
      },
      [this](commit_turns& request) {
        previous_ = make_response_promise<void>();
        auto promise = *previous_;
        for (pending_turn& each : request.turns) waiting_.add(std::move(each));
        request_flush();
        return promise;
      },
      [this](commit_start& request) {
        waiting_.add(std::move(request));
        request_flush();
      },
      [this](commit_post& request) {
        waiting_.add(std::move(request));
        request_flush();
      },
      [this](begin_probation& request) {
        waiting_.begin_probation(std::move(request.instance), sender_of_message<instance_actor>(*this));
        request_flush();
      },
      [this](end_probation& request) {
        waiting_.end_probation(std::move(request.instance));
        request_flush();
      },
      [this](note_problem& request) {
        waiting_.add(std::move(request.what), sender_of_message<dispatcher_actor>(*this));
        request_flush();
      },
      [this](end_problem& request) {
        waiting_.end_problem(std::move(request.instance));
        request_flush();
      },
      [this](commit_discards& request) {
        waiting_.add_discards(request.message_ids);
        request_flush();
      },
      [this](commit_outcome& request) {
        waiting_.add(claimed_outcome{std::move(request.key), std::move(request.outcome)});
        request_flush();
      },
      [this](commit_progress& request) {
        waiting_.add(std::move(request.progress));
        request_flush();
      },
  };
}

void journal::on_exit() {
  waiting_ = {};
  show_waiting();
  writer_.reset();
  context_.reset();
  next_ = nullptr;
  previous_.reset();
  stopped_.reset();
}

// The flush message comes after everything that is in the mailbox by now: that is the batch.
void journal::request_flush() {
  if (flush_requested_ || given_up_) return;
  flush_requested_ = true;
  send(this, flush_atom::value);
}

void journal::share() {
  if (!next_ || next_is_busy_ || waiting_.small_turns() < worth_sharing) return;
  next_is_busy_ = true;
  auto next_is_free = [this] { next_is_busy_ = false; };
  request(next_, caf::infinite, commit_turns{waiting_.take_half(batch_limit_)})
      .then(next_is_free, [](const caf::error&) {});
}

void journal::answer_previous() {
  if (auto promise = std::exchange(previous_, std::nullopt)) fulfil(*promise);
}

void journal::flush() {
  if (given_up_ || waiting_.empty()) return;
  share();
  show_waiting();
  commit_batch batch = waiting_.next_batch(
      batch_limit_, [this](const std::string& instance) { return context_->tenure_of(instance); });
  const auto began = metrics::clock::now();
  stored<batch_receipt> receipt = writer_->commit(batch);
  if (!receipt)
    context_->counters->count_store_error();
  else
    context_->counters->count_commit(batch.turns.size(), metrics::clock::now() - began);
  if (receipt) {
    failures_ = 0;
    answer(std::move(batch), *std::move(receipt));
    if (!waiting_.empty()) request_flush();
  } else if (receipt.error().certainty == commit_certainty::not_done) {
    retry_later(receipt.error());
  } else {
    give_up(receipt.error());
  }
}

void journal::answer(commit_batch batch, batch_receipt receipt) {
  detail::ensure(receipt.turns.size() == batch.turns.size(), "the store answers each turn of a batch");
  detail::ensure(receipt.started.size() == batch.starts.size(), "the store answers each start of a batch");
  detail::ensure(receipt.posts.size() == batch.posts.size(), "the store answers each message of a batch");
  pending_writes::written written = waiting_.take_written(batch);
  for (const instance_actor& each : written.probations) send(each, probation_begun_atom::value);
  for (noted_problem& each : written.problems) send(each.from, problem_noted{std::move(each.what.instance)});
  for (std::size_t i = 0; i < written.turns.size(); ++i)
    send(written.turns[i], turn_written{std::move(receipt.turns[i])});
  show_waiting();
  for (std::size_t i = 0; i < written.starts.size(); ++i) {
    commit_start& start = written.starts[i];
    if (i < receipt.refused_starts.size() && !receipt.refused_starts[i].empty())
      start.done(refusal("the start of instance '" + start.what.instance + "'", receipt.refused_starts[i]));
    else
      start.done(receipt.started[i] ? start_result::started : start_result::already_exists);
  }
  for (std::size_t i = 0; i < written.posts.size(); ++i)
    answer_post(std::move(written.posts[i]), receipt.posts[i], batch.posts[i].delivered_under != 0);
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
  waiting_.put_back();
  ++failures_;
  duration wait = exponential_backoff(duration(10), std::chrono::seconds(2), failures_);
  if (failures_ == 1 || failures_ % 30 == 0)
    log_warning("duroxide: the store cannot commit now, {} turns wait ({} attempts): {}",
                field("waiting_turns", waiting_.turns()), field("attempts", failures_),
                field("error", error.message));
  flush_requested_ = true;
  delayed_send(this, wait, flush_atom::value);
}

void journal::give_up(const store_error& error) {
  given_up_ = true;
  pending_writes::written unanswered = waiting_.give_up();
  for (const commit_start& start : unanswered.starts) start.done(error.details());
  for (const commit_post& post : unanswered.posts) post.done(error.details());
  show_waiting();
  if (stopped_) fulfil(*stopped_);
  if (context_) send(context_->node, lost_ownership{context_->membership.node, error});
}

// A turn that is put off has had no effect: the messages that it took are in the store. Its instance makes no
// other one, since the node stops.
void journal::put_off_turns() {
  if (given_up_) return;
  for (const pending_turn& each : waiting_.take_repeatable()) send(each.from, put_off_atom::value);
  show_waiting();
  request_flush();
  delayed_send(this, between_puttings_off, hurry_atom::value);
}

// The counters are shared by all journals of the node, so each adds only its own change.
void journal::show_waiting() {
  if (!context_) return;
  std::array<std::int64_t, 2> waiting{};
  waiting[0] = static_cast<std::int64_t>(waiting_.starting_turns());
  waiting[1] = static_cast<std::int64_t>(waiting_.turns()) - waiting[0];
  context_->counters->waiting_starts += waiting[0] - shown_[0];
  context_->counters->waiting_turns += waiting[1] - shown_[1];
  shown_ = waiting;
}

}  // namespace duroxide::internal
