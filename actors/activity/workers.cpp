#include "actors/activity/workers.hpp"

#include "duroxide/detail/payload_limit.hpp"
#include "duroxide/detail/process.hpp"
#include "duroxide/detail/reserved_names.hpp"
#include "runtime/stored_bytes.hpp"
#include "actors/clock.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdio>
#include <cstdlib>

namespace duroxide::internal {

namespace {

// The child of a fork has come back from a handler. It must not run what follows, which is its parent's: this
// thread would wait for actors that are not there.
[[noreturn]] void end_stray_child(const std::string& activity) {
  std::fprintf(
      stderr,
      "duroxide: the child of a fork came back from the activity '%s', which its parent runs on; the "
      "child ends here. Let it end by _exit, or exec.\n",
      activity.c_str());
  std::_Exit(EXIT_FAILURE);
}

// Gives what the queue is to be told: that it has finished.
activity_key do_work(const work_queue& queue, work item, const std::string& worker,
                     const worker_setting& setting) {
  item.identity.worker = worker;
  run_facts facts{item.identity.name, item.identity.attempt};
  activity_context context(std::move(item.identity), item.cancelled.get_token(), std::move(item.services));
  const duroxide::detail::home_process home;
  auto outcome = run_handler(*item.run, context, item.input);
  if (home.is_elsewhere()) end_stray_child(facts.activity);
  bool ignored = context.is_cancelled();
  settle_run(setting, facts, ignored, outcome);
  std::optional<message> answer;
  if (!ignored) answer = activity_done_message(item.key, std::move(outcome));
  if (!queue.abandoned()) setting.report(item.key, item.claimed, std::move(answer));
  return std::move(item.key);
}

void work_until_closed(work_queue& queue, const std::string& worker, const worker_setting& setting) {
  std::optional<work> item = queue.pop();
  while (item) item = queue.pop_after(do_work(queue, *std::move(item), worker, setting));
}

std::string name_of(const worker_setting& setting, std::size_t worker) {
  return setting.node_name + "/worker-" + std::to_string(worker);
}

}  // namespace

error_details named(error_details why, const std::string& activity) {
  why.source = activity;
  return why;
}

message activity_done_message(const activity_key& key, result<std::string, error_details> outcome) {
  message done;
  done.kind = message_kind::activity_done;
  done.instance = key.instance;
  done.execution = key.execution;
  done.source = key.event_id;
  done.life = key.life;
  if (outcome)
    done.data = *std::move(outcome);
  else
    done.error = outcome.error();
  return done;
}

result<std::string, error_details> run_handler(const activity_handler& handler, activity_context& context,
                                               const std::string& input) {
  try {
    return handler(context, input);
  } catch (...) {
    error_details details =
        details_of_current_exception(error_kind::activity_failed, context.activity_name());
    // Whatever an activity throws is the application's failure: the orchestration may handle it.
    details.category = error_category::application;
    return details;
  }
}

void settle_run(const worker_setting& setting, const run_facts& run, bool cancelled,
                result<std::string, error_details>& outcome) {
  // What the engine itself reads has been let in already.
  if (outcome && !run.activity.starts_with(duroxide::detail::reserved_name_prefix)) {
    constexpr std::string_view what = "the output of activity";
    auto refused = duroxide::detail::refused_payload(what, run.activity, *outcome, setting.payload_limit);
    if (!refused)
      refused =
          duroxide::detail::too_large_to_store(what, run.activity, as_payload(*outcome), setting.turn_limit);
    if (refused) outcome = named(*std::move(refused), run.activity);
  }
  auto took = metrics::clock::now() - run.began;
  setting.counters->count_activity(run.activity, [&](activity_metrics& counted) {
    ++(cancelled ? counted.cancelled : outcome ? counted.succeeded : counted.failed);
    counted.retries += run.attempt > 1;
    metrics::observe(counted.duration, took);
  });
}

workers::workers(caf::actor_system& system, std::size_t count,
                 const std::shared_ptr<const worker_setting>& setting)
    : queue_(std::make_shared<work_queue>(count)), setting_(setting) {
  if (duroxide::detail::simulated()) {
    make_actors(system, count);
    return;
  }
  for (std::size_t i = 0; i < count; ++i)
    threads_.emplace_back(
        [queue = queue_, setting, i] { work_until_closed(*queue, name_of(*setting, i), *setting); });
}

// Each activity that is pushed is work for the next of them, which takes one; they end with the queue.
void workers::make_actors(caf::actor_system& system, std::size_t count) {
  using worker_actor = takes<wake_atom>;
  std::vector<worker_actor> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(system.spawn([queue = queue_, setting = setting_, i]() -> worker_actor::behavior_type {
      return {[=](wake_atom) {
        if (!is_process_alive()) return;
        auto item = queue->try_pop();
        if (!item) return;
        queue->finished(do_work(*queue, *std::move(item), name_of(*setting, i), *setting));
      }};
    }));
  if (all.empty()) return;
  queue_->when_pushed([all = std::move(all), next = std::size_t{0}]() mutable {
    caf::anon_send(all[next++ % all.size()], wake_atom::value);
  });
}

workers::~workers() {
  drain(duration::zero());
  end(duration::zero());
}

void workers::drain(duration patience) {
  queue_->close();
  queue_->when_pushed(nullptr);
  if (!threads_.empty() && !queue_->wait_until_idle(patience)) queue_->abandon_running();
}

void workers::end(duration grace) {
  if (threads_.empty()) return;
  const bool idle = queue_->wait_until_idle(grace);
  for (const activity_key& each : queue_->running_keys())
    log_warning("duroxide: the activity of event {} of instance '{}' did not stop when the runtime stopped; "
                "its thread is "
                "abandoned, with all that it uses, and its result will be ignored",
                field("event_id", each.event_id), field("instance", each.instance),
                field("execution", each.execution));
  for (auto& thread : threads_) idle ? thread.join() : thread.detach();
  threads_.clear();
}

}  // namespace duroxide::internal
