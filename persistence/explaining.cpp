#include "persistence/explaining.hpp"

#include "duroxide/history_spans.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace duroxide::persistence {

namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string text_of(const node_reference& node) {
  return "node " + std::to_string(node.node) + (node.name.empty() ? "" : " (" + node.name + ")");
}

std::string text_of(const std::vector<offering_node>& nodes) {
  std::string text;
  for (const offering_node& each : nodes) text += (text.empty() ? "" : ", ") + text_of(each.node);
  return text;
}

bool offers(const offering_node& node, const std::string& activity) {
  return std::ranges::find(node.activities, activity) != node.activities.end();
}

wait_kind kind_of(const history_event& asked) {
  switch (asked.kind) {
  case event_kind::timer_created: return asked.retry_of != 0 ? wait_kind::activity : wait_kind::timer;
  case event_kind::external_subscribed: return wait_kind::event;
  case event_kind::queue_subscribed: return wait_kind::queue;
  case event_kind::sub_orchestration_scheduled: return wait_kind::child;
  case event_kind::command_sent: return wait_kind::answer;
  default: return wait_kind::activity;
  }
}

// The attempts of retry policies that have failed, by the events of the first ones.
class failed_attempts {
public:
  explicit failed_attempts(const std::vector<history_event>& history) {
    for (const history_event& each : history) {
      if (each.kind == event_kind::activity_scheduled) {
        const std::uint64_t first = each.retry_of != 0 ? each.retry_of : each.id;
        first_of_[each.id] = first;
        scheduled_[first] = &each;
        errors_.try_emplace(first);
      } else if (each.kind == event_kind::activity_failed) {
        if (const auto found = first_of_.find(each.source); found != first_of_.end())
          errors_[found->second] = each.error;
      } else if (each.kind == event_kind::operation_dropped) {
        // An attempt that its timeout ended has no error of its own.
        if (const auto found = first_of_.find(each.source); found != first_of_.end())
          errors_[found->second].reset();
      }
    }
  }

  // The last attempt; null if the history has none.
  const history_event* last(std::uint64_t first) const {
    const auto found = scheduled_.find(first);
    return found == scheduled_.end() ? nullptr : found->second;
  }
  std::optional<error_details> error(std::uint64_t first) const {
    const auto found = errors_.find(first);
    return found == errors_.end() ? std::nullopt : found->second;
  }

private:
  std::map<std::uint64_t, std::uint64_t> first_of_;
  std::map<std::uint64_t, const history_event*> scheduled_;
  std::map<std::uint64_t, std::optional<error_details>> errors_;
};

class explainer {
public:
  explicit explainer(instance_facts facts) : facts_(std::move(facts)), attempts_(facts_.history) {
    for (const other_instance& each : facts_.awaited) awaited_.emplace(each.instance, &each);
  }

  explanation explain() {
    explanation& told = facts_.told;
    told.state = state_of(told.status, told.problem);
    set_since();
    if (told.state == instance_state::ended) return std::move(told);
    read_inbox();
    for (const history_event& each : facts_.open) told.waits.push_back(explained(each));
    return std::move(told);
  }

private:
  void set_since() {
    explanation& told = facts_.told;
    switch (told.state) {
    case instance_state::not_started: break;  // when it was created
    case instance_state::ended: told.since = facts_.ended_at.value_or(facts_.updated_at); break;
    case instance_state::stalled:
    case instance_state::paused: told.since = told.problem->since; break;
    case instance_state::active:
      // Stores do not note each turn in the row of the instance; most turns leave an event.
      told.since = facts_.updated_at;
      if (!facts_.history.empty()) told.since = std::max(told.since, facts_.history.back().recorded_at);
    }
  }

  void read_inbox() {
    explanation& told = facts_.told;
    std::map<std::pair<message_kind, std::string>, waiting_messages> groups;
    for (const message_facts& each : facts_.messages) {
      const bool is_due = each.visible_at <= facts_.now;
      if (each.kind == message_kind::start && !is_due && told.status == runtime_status::pending)
        told.starts_at = each.visible_at;
      if (!is_due) continue;
      if (each.source != 0) answered_.emplace(each.kind, each.source);
      if (each.kind == message_kind::event_raised) raised_.insert(each.name);
      if (each.kind == message_kind::enqueued) queued_[each.name] += each.count;
      const bool has_name = each.kind == message_kind::event_raised || each.kind == message_kind::enqueued;
      waiting_messages& group = groups[{each.kind, has_name ? each.name : std::string()}];
      if (group.count == 0 || each.sent_at < group.oldest) group.oldest = each.sent_at;
      group.count += each.count;
    }
    for (auto& [which, group] : groups) {
      group.kind = to_string(which.first);
      group.name = which.second;
      told.inbox.push_back(std::move(group));
    }
  }

  open_wait explained(const history_event& asked) {
    open_wait wait;
    wait.kind = kind_of(asked);
    wait.event_id = asked.id;
    wait.name = asked.name;
    wait.since = asked.recorded_at;
    wait.due = asked.due;
    switch (asked.kind) {
    case event_kind::timer_created: explain_timer(wait, asked); break;
    case event_kind::external_subscribed: explain_event(wait); break;
    case event_kind::queue_subscribed: explain_queue(wait); break;
    case event_kind::sub_orchestration_scheduled: explain_other(wait, asked, message_kind::child_done); break;
    case event_kind::command_sent: explain_other(wait, asked, message_kind::command_done); break;
    default: explain_activity(wait, asked);
    }
    if (facts_.told.state == instance_state::stalled) {
      wait.blocked_by = wait_block::stalled;
      wait.text = "the instance is stalled; " + wait.text;
    } else if (facts_.told.state == instance_state::paused) {
      wait.blocked_by = wait_block::paused;
      wait.text = "the instance is paused; " + wait.text;
    }
    return wait;
  }

  static void set(open_wait& wait, wait_block block, std::string text) {
    wait.blocked_by = block;
    wait.text = std::move(text);
  }

  // `what` is there: the owner of the shard has to take it.
  void set_arrived(open_wait& wait, const std::string& what) const {
    const std::optional<node_reference>& owner = facts_.told.owner;
    if (!owner) return set(wait, wait_block::no_living_node, what + ", and no node owns the instance");
    if (!owner->lives)
      return set(wait, wait_block::no_living_node,
                 what + ", and " + text_of(*owner) + ", which owns the instance, is gone");
    set(wait, wait_block::undelivered, what + ", and the next turn on " + text_of(*owner) + " takes it");
  }

  void explain_timer(open_wait& wait, const history_event& asked) const {
    if (asked.retry_of != 0) {
      const history_event* attempt = attempts_.last(asked.retry_of);
      if (attempt) {
        wait.name = attempt->name;
        wait.tag = attempt->tag;
        wait.session = attempt->session;
      }
      wait.attempt = asked.attempt;
      wait.last_error = attempts_.error(asked.retry_of);
    }
    if (!asked.due || *asked.due <= facts_.now)
      return set_arrived(wait, asked.retry_of != 0 ? "its next attempt is due" : "it is due");
    if (asked.retry_of == 0) return set(wait, wait_block::timer, "it is not due yet");
    set(wait, wait_block::retry_pause,
        "attempt " + std::to_string(wait.attempt) +
            (wait.last_error ? " failed: " + wait.last_error->message : " was stopped by its timeout") +
            "; it is tried again when the pause is over");
  }

  void explain_event(open_wait& wait) const {
    if (raised_.contains(wait.name)) return set_arrived(wait, "it has been raised");
    set(wait, wait_block::event, "nobody has raised it");
  }

  void explain_queue(open_wait& wait) const {
    const auto found = queued_.find(wait.name);
    wait.messages = found == queued_.end() ? 0 : found->second;
    if (wait.messages == 0) return set(wait, wait_block::queue, "the queue is empty");
    set_arrived(wait, wait.messages == 1 ? "a message is in it"
                                         : std::to_string(wait.messages) + " messages are in it");
  }

  void explain_other(open_wait& wait, const history_event& asked, message_kind outcome) const {
    const std::string id = asked.instance.value_or(std::string());
    wait.instance = other_instance{id, runtime_status::not_found, instance_state::not_started, {}};
    if (const auto found = awaited_.find(id); found != awaited_.end()) wait.instance = *found->second;
    const bool is_child = outcome == message_kind::child_done;
    const other_instance& other = *wait.instance;
    if (answered_.contains({outcome, asked.id}))
      return set_arrived(wait, is_child ? "it has ended" : "it has answered");
    if (other.status == runtime_status::not_found)
      return set(wait, wait_block::missing, quoted(id) + " does not exist");
    if (other.state == instance_state::ended && is_child)
      return set(wait, wait_block::missing, quoted(id) + " has ended, and its outcome is not in the inbox");
    std::string text = quoted(id) + " is " + std::string(to_string(other.status));
    if (other.state == instance_state::paused)
      text = quoted(id) + " is paused: " + other.problem->detail;
    else if (other.problem)
      text = quoted(id) + " is stalled: " + std::string(to_string(other.problem->kind));
    set(wait, is_child ? wait_block::child : wait_block::answer, std::move(text));
  }

  void explain_activity(open_wait& wait, const history_event& asked) const {
    wait.tag = asked.tag;
    wait.session = asked.session;
    wait.attempt = asked.attempt;
    if (asked.attempt > 1) wait.last_error = attempts_.error(asked.retry_of);
    const auto found = std::ranges::lower_bound(facts_.activities, asked.id, {}, &activity_facts::event_id);
    const bool is_stored = found != facts_.activities.end() && found->event_id == asked.id;
    if (answered_.contains({message_kind::activity_done, asked.id}))
      return set_arrived(wait, "it has finished");
    if (!is_stored || found->is_finished)
      return set(wait, wait_block::missing, "no node has it, and its outcome is not in the inbox");
    if (found->holder) return explain_held(wait, *found);
    if (!found->is_claimable) return set_arrived(wait, "it is to be started");
    explain_unclaimed(wait, *found);
  }

  static void explain_held(open_wait& wait, const activity_facts& activity) {
    wait.node = activity.holder;
    const std::string holder = text_of(*activity.holder);
    if (!activity.holder->lives)
      return set(wait, wait_block::no_living_node, holder + ", which has it, is gone");
    if (activity.has_progress) return set(wait, wait_block::worker_running, holder + " runs it");
    set(wait, wait_block::worker_has_it, holder + " has it, queued or running");
  }

  void explain_unclaimed(open_wait& wait, const activity_facts& activity) const {
    std::vector<offering_node> offering;
    std::ranges::copy_if(facts_.nodes, std::back_inserter(offering),
                         [&](const offering_node& each) { return offers(each, wait.name); });
    if (offering.empty())
      return set(wait, wait_block::no_node_offers,
                 facts_.nodes.empty() ? "no node lives"
                                      : "no living node has a handler for it: not " + text_of(facts_.nodes));
    if (wait.session && activity.session_node) {
      wait.node = activity.session_node;
      const bool may_run = std::ranges::any_of(
          offering, [&](const offering_node& each) { return each.node.node == activity.session_node->node; });
      return set(wait, wait_block::session_elsewhere,
                 text_of(*activity.session_node) + " has its session " + quoted(*wait.session) +
                     (!activity.session_node->lives ? ", and is gone"
                      : may_run                     ? ", and has not claimed it yet"
                                                    : ", and has no handler for it"));
    }
    if (wait.session && !activity.session_owner.empty())
      return set(wait, wait_block::session_elsewhere,
                 "its session " + quoted(*wait.session) + " is reserved for " +
                     quoted(activity.session_owner));
    std::string text = "none of " + text_of(offering) + " has claimed it: they are busy";
    if (wait.tag) text += ", or do not accept the tag " + quoted(*wait.tag);
    if (wait.session) text += ", or have all the sessions that they may have";
    set(wait, wait_block::unclaimed, std::move(text));
  }

  instance_facts facts_;
  failed_attempts attempts_;
  std::map<std::string_view, const other_instance*> awaited_;
  std::set<std::pair<message_kind, std::uint64_t>> answered_;  // by the events that asked
  std::set<std::string> raised_;
  std::map<std::string, std::uint64_t> queued_;
};

}  // namespace

bool needs_offers(const instance_facts& facts) {
  return std::ranges::any_of(facts.activities, [](const activity_facts& each) {
    return each.is_claimable && !each.holder && !each.is_finished;
  });
}

std::vector<std::string> awaited_ids(const std::vector<history_event>& open) {
  std::vector<std::string> ids;
  for (const history_event& each : open)
    if (each.instance) ids.push_back(*each.instance);
  return ids;
}

instance_state state_of(runtime_status status, const std::optional<instance_problem>& problem) {
  if (is_terminal(status)) return instance_state::ended;
  if (problem)
    return problem->kind == problem_kind::paused ? instance_state::paused : instance_state::stalled;
  return status == runtime_status::pending ? instance_state::not_started : instance_state::active;
}

explanation explain_facts(instance_facts facts) { return explainer(std::move(facts)).explain(); }

}  // namespace duroxide::persistence
