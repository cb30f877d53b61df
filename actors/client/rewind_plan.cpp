#include "actors/client/rewind_plan.hpp"

#include "duroxide/detail/rewind_signal.hpp"
#include "duroxide/history_spans.hpp"
#include "duroxide/names.hpp"
#include "duroxide/provider.hpp"
#include "runtime/child_id.hpp"
#include "runtime/history_codec.hpp"
#include "runtime/rewinding.hpp"
#include "actors/client/invalid_request.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

namespace duroxide::internal {

namespace {

std::string quoted(const std::string& id) { return "'" + id + "'"; }

[[noreturn]] void refuse(const std::string& instance, const std::string& why) {
  throw instance_error(error_kind::invalid_argument,
                       "instance " + quoted(instance) + " cannot be rewound: " + why);
}

// An instance as it is stored, with what counts of its history.
struct read_instance {
  loaded_instance stored;
  std::vector<history_event> history;

  bool has_ended() const { return is_terminal(stored.status.status); }
};

std::optional<read_instance> read(provider& store, const std::string& id) {
  auto found = store.load(id).value();
  if (!found) return std::nullopt;
  auto history = unpack_history(id, found->history);
  if (!history) throw infrastructure_error(error_kind::corrupted_history, history.error());
  return read_instance{*std::move(found), *std::move(history)};
}

history_event event_of(const read_instance& what, const rewind_cut& cut, const rewind_options& options) {
  history_event event;
  event.id = what.history.back().id + 1;
  event.kind = event_kind::orchestration_rewound;
  event.source = cut.event;
  if (!options.reason.empty()) event.text = options.reason;
  if (options.input) event.data = options.input->text();
  event.version = options.version;
  return event;
}

// No build has written it.
history_row packed(const history_event& event, std::uint64_t execution) {
  return {execution, event.id, 1, pack_events({}, wall_clock_now(), std::span(&event, 1))};
}

rewind_cut cut_of(const read_instance& what, const rewind_point& point) {
  const std::string& id = what.stored.instance;
  rewind_cut cut;
  switch (point.which()) {
  case rewind_point::kind::begin: cut = {2, false}; break;
  case rewind_point::kind::event:
    if (point.event_id() < 3) refuse(id, "nothing can have arrived before event 3; to begin anew, say begin");
    cut = {point.event_id(), true};
    break;
  case rewind_point::kind::last_failure: {
    const auto found = what.history.empty() ? std::nullopt : cut_before_last_failure(what.history);
    if (!found) refuse(id, "nothing in it has failed; say which event it is to go back to");
    cut = *found;
  }
  }
  const std::string refusal = why_no_cut(what.history, cut.event);
  if (!refusal.empty()) refuse(id, refusal);
  return cut;
}

class planner {
public:
  planner(provider& store, const rewind_options& options) : store_(store), options_(options) {}

  rewind_plan plan(const std::string& id, const rewind_point& point) {
    const auto root = read(store_, id);
    if (!root) throw instance_error(error_kind::instance_not_found, "there is no instance " + quoted(id));
    require_running_parent(*root);
    const rewind_cut cut = cut_of(*root, point);
    plan_.done.execution = root->stored.status.execution;
    plan_.done.event = cut.event;
    add(*root, cut, options_);
    std::ranges::sort(plan_.instances, {}, &planned_rewind::instance);
    return std::move(plan_);
  }

private:
  void require_running_parent(const read_instance& what) const {
    const auto& link = what.stored.parent;
    if (!link || !what.has_ended()) return;
    const instance_status parent = store_.status(link->instance).value();
    if (parent.status == runtime_status::pending || parent.status == runtime_status::running) return;
    refuse(what.stored.instance,
           "its parent " + quoted(link->instance) + " is " + std::string(to_string(parent.status)) +
               "; rewind the parent, and this one goes back with it if it failed or was cancelled");
  }

  void add(const read_instance& what, const rewind_cut& cut, const rewind_options& options) {
    const loaded_instance& stored = what.stored;
    if (limits::records_queues_on_arrival(stored.history_format))
      refuse(stored.instance, "its history has format 1, which an older build wrote; let it continue as new");
    if (!planned_.insert(stored.instance).second) return;
    const history_event event = event_of(what, cut, options);
    planned_rewind planned{
        stored.instance, stored.life, what.has_ended(), packed(event, stored.status.execution), {}, {}};
    if (options.input) planned.input = options.input->text();
    message& signal = planned.messages.emplace_back();
    signal.kind = message_kind::event_raised;
    signal.name = detail::rewind_event;
    signal.data = to_text(
        detail::rewind_request{event.id, cut.event, cut.repeats, options.drops_messages, options.version});
    plan_.done.instances.push_back(stored.instance);
    for (const history_span& each : spans_of(what.history))
      if (each.asked.kind == event_kind::sub_orchestration_scheduled && each.asked.instance)
        add_child(what, each, cut, planned);
    plan_.instances.push_back(std::move(planned));
  }

  void add_child(const read_instance& parent, const history_span& span, const rewind_cut& cut,
                 planned_rewind& planned) {
    const std::string& id = *span.asked.instance;
    if (span.asked.id >= cut.event) return require_free_id(parent, span);
    const history_event* outcome = span.outcome ? &*span.outcome : nullptr;
    if (outcome != nullptr && outcome->id < cut.event) return;
    const bool is_repeated = outcome != nullptr && cut.repeats && outcome->id == cut.event;
    const bool has_output = outcome != nullptr && outcome->kind == event_kind::sub_orchestration_completed;
    if (has_output && !is_repeated) return;  // it arrives again
    const auto child = read(store_, id);
    if (!child || !is_started_by(*child, parent, span))
      refuse(parent.stored.instance,
             "its sub-orchestration " + quoted(id) +
                 (child ? ", whose id was taken, was not started" : " has been deleted") +
                 "; go back to before event " + std::to_string(span.asked.id));
    if (!child->has_ended()) return add_running(parent, *child);
    if (child->stored.status.status != runtime_status::completed)
      return add(*child, cut_of(*child, rewind_point::last_failure()), options_for_child());
    if (is_repeated) return add(*child, cut_of(*child, rewind_point::begin()), options_for_child());
    if (parent.has_ended()) planned.messages.push_back(outcome_of(parent, span, *child));
  }

  // It goes on, unless its parent has told it not to.
  void add_running(const read_instance& parent, const read_instance& child) {
    const std::string& id = child.stored.instance;
    const bool is_cancelled = std::ranges::any_of(child.stored.inbox, [&parent](const message& each) {
      return each.kind == message_kind::cancel && each.name == parent.stored.instance;
    });
    if (is_cancelled)
      refuse(parent.stored.instance, "its sub-orchestration " + quoted(id) +
                                         " is being cancelled with it; try again when that has ended");
    if (planned_.insert(id).second) plan_.instances.push_back({id, child.stored.life, false, {}, {}, {}});
  }

  rewind_options options_for_child() const {
    rewind_options options;
    options.reason = options_.reason;
    options.drops_messages = options_.drops_messages;
    return options;
  }

  // Its parent had ended before it.
  static message outcome_of(const read_instance& parent, const history_span& span,
                            const read_instance& child) {
    message done;
    done.kind = message_kind::child_done;
    done.execution = parent.stored.status.execution;
    done.source = span.asked.id;
    done.data = child.stored.status.output;
    return done;
  }

  static bool is_started_by(const read_instance& child, const read_instance& parent,
                            const history_span& span) {
    const auto& link = child.stored.parent;
    return link && link->instance == parent.stored.instance &&
           link->execution == parent.stored.status.execution && link->event_id == span.asked.id;
  }

  // What the code asks for again gets other event ids, and so other ids of its own; one that it chooses is taken.
  void require_free_id(const read_instance& parent, const history_span& span) const {
    const std::string& id = *span.asked.instance;
    const std::string own =
        long_child_id(parent.stored.instance, parent.stored.status.execution, span.asked.id);
    if (id == own || id == short_child_id(parent.stored.instance, own)) return;
    const auto child = read(store_, id);
    if (child && is_started_by(*child, parent, span))
      refuse(parent.stored.instance,
             "its code chose the id " + quoted(id) + " for the sub-orchestration of event " +
                 std::to_string(span.asked.id) +
                 ", which would be in the way if it were started again; go back to an event behind that one");
  }

  provider& store_;
  const rewind_options& options_;
  rewind_plan plan_;
  std::set<std::string> planned_;
};

}  // namespace

rewind_plan plan_rewind(provider& store, const std::string& instance, const rewind_point& point,
                        const rewind_options& options) {
  return planner(store, options).plan(instance, point);
}

}  // namespace duroxide::internal
