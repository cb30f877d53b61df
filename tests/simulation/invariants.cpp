#include "tests/simulation/invariants.hpp"

#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/rewound_history.hpp"
#include "runtime/history_codec.hpp"
#include "tests/simulation/workflows.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace duroxide::simulation {

namespace {

std::vector<history_event> read_row(std::uint64_t first, const std::string& packed) {
  auto events = internal::unpack_events(first, packed);
  if (!events) throw std::runtime_error(events.error());
  return *std::move(events);
}

}  // namespace

// -- activities -----------------------------------------------------------------

// A node that has been expired and does not know it may run what it holds; what it gives counts no
// more.
void invariants::activity_runs(const std::string& process, const activity_context& context) {
  ++runs_;
  const std::string which = "activity " + context.activity_id() + " attempt " +
                            std::to_string(context.attempt()) + " (" + context.activity_name() + ")";
  const std::uint64_t node = cluster_.book().incarnation_of(process);
  // The journal of a command goes with its end, which such a node does not hear of.
  if (duroxide::detail::is_actor_id(context.instance_id()) && !cluster_.book().is_member(node)) return;
  const recorded found = read_history(context);
  if (!found.is_asked_for)
    findings_.note(which + " runs, and the turn that asked for it is not durable (I2)",
                   context.instance_id());
  if (!cluster_.book().is_member(node)) return;
  if (found.has_result)
    findings_.note(which + " runs, and the history has its result already (I5)", context.instance_id());
  if (found.rewinds > 0) return;  // that is a reason to run again
  std::vector<std::uint64_t>& before = nodes_of_runs_[which];
  for (const std::uint64_t each : before)
    if (!cluster_.book().is_lost(each))
      findings_.note(which + " has run on node " + std::to_string(each) + " and runs again on node " +
                         std::to_string(node) + ", and nothing made it (I5)",
                     context.instance_id());
  before.push_back(node);
}

// A deleted or replaced instance has no history any more; none is deleted here.
invariants::recorded invariants::read_history(const activity_context& context) const {
  const auto rows = cluster_.store().history(context.instance_id(), context.execution_id()).value();
  const std::string id = context.activity_id();
  const std::uint64_t first = std::stoull(id.substr(id.rfind('/') + 1));
  const auto is_asked_by = [&](const history_event& event) {
    return event.kind == event_kind::activity_scheduled && (event.id == first || event.retry_of == first) &&
           event.attempt == context.attempt();
  };
  std::vector<history_event> history;
  for (const history_row& row : rows)
    for (history_event& event : read_row(row.first_event_id, row.packed)) history.push_back(std::move(event));
  recorded found;
  // One that does not count any more may still run.
  found.is_asked_for = std::ranges::any_of(history, is_asked_by);
  found.rewinds = std::ranges::count(history, event_kind::orchestration_rewound, &history_event::kind);
  leave_out_rewound(history);
  std::uint64_t asked_by = 0;
  for (const history_event& event : history) {
    if (is_asked_by(event)) asked_by = event.id;
    if (event.kind == event_kind::activity_completed || event.kind == event_kind::activity_failed)
      found.has_result |= asked_by != 0 && event.source == asked_by;
  }
  return found;
}

// -- looks ----------------------------------------------------------------------

void invariants::look() {
  const verification found = cluster_.store().administration().verify(read_row).value();
  for (const inconsistency& each : found.first)
    findings_.note("the store has instance '" + each.instance + "': " + each.what + " (I1, I6)",
                   each.instance);
}

void invariants::look_at_the_end() {
  look();
  instance_query query;
  query.limit = 10'000;
  const instance_page found = cluster_.store().administration().list(query).value();
  for (const instance_summary& each : found.instances) {
    const auto info = cluster_.store().administration().info(each.instance).value();
    if (info->error && info->error->category != error_category::application)
      findings_.note("instance '" + each.instance + "' failed as " +
                         std::string(to_string(info->error->category)) + ": " + info->error->message +
                         " (I10)",
                     each.instance);
    if (duroxide::detail::is_actor_id(each.instance)) {
      look_at_actor(each.instance);
      continue;
    }
    if (!is_terminal(each.status))
      findings_.note("instance '" + each.instance + "' has not ended; it waits for" + waits_of(each.instance),
                     each.instance);
    look_at_history(each);
  }
  const queue_depths left = cluster_.store().administration().depths(timestamp::max()).value();
  if (left.activities_waiting + left.activities_taken > 0)
    findings_.note(std::to_string(left.activities_waiting + left.activities_taken) +
                   " activities are left that nobody waits for");
}

// A command may still be on its way to it, if nobody waits for it any more.
void invariants::look_at_actor(const std::string& actor) {
  const std::optional<actor_state> stored = cluster_.store().actor(actor).value();
  if (!stored) return;
  const auto count = codec<tally_state>::decode("the state of '" + actor + "'", stored->state).count;
  if (count > 1)
    findings_.note("durable actor '" + actor + "' has applied its one command " + std::to_string(count) +
                       " times (I4)",
                   actor);
}

std::string invariants::waits_of(const std::string& instance) const {
  std::string text;
  const auto stored = cluster_.store().load(instance).value();
  for (const stored_activity& each : stored->activities)
    text += " activity '" + each.name + "' of event " + std::to_string(each.key.event_id) +
            (each.claimable ? " (claimable)" : "") + (each.tag ? " with a tag" : "") +
            (each.session ? " on '" + *each.session + "'" : "") + ", attempts " +
            std::to_string(each.crash_count) + ";";
  for (const message& each : stored->inbox)
    text += " message " + std::to_string(each.id) + " " + std::string(to_string(each.kind)) + " visible at " +
            std::to_string(each.visible_at.time_since_epoch().count()) + ";";
  for (const std::string& each : stored->children) text += " child '" + each + "';";
  return text + " on shard " + std::to_string(stored->shard);
}

void invariants::look_at_history(const instance_summary& summary) {
  for (std::uint64_t execution = 1; execution <= summary.execution; ++execution) {
    std::map<std::uint64_t, std::uint64_t> answered;  // and by which events
    bool is_paused = false;
    for (const history_row& row : cluster_.store().history(summary.instance, execution).value())
      for (const history_event& event : read_row(row.first_event_id, row.packed)) {
        const bool is_signal =
            event.name == duroxide::detail::pause_event || event.name == duroxide::detail::resume_event;
        if (is_paused && !is_signal && event.kind != event_kind::cancel_requested &&
            event.kind != event_kind::orchestration_rewound && !is_terminal_event(event.kind))
          findings_.note("instance '" + summary.instance + "' took event " + std::to_string(event.id) +
                             " while it was paused",
                         summary.instance);
        if (is_signal) is_paused = event.name == duroxide::detail::pause_event;
        const bool answers =
            event.kind == event_kind::activity_completed || event.kind == event_kind::activity_failed ||
            event.kind == event_kind::timer_fired || event.kind == event_kind::sub_orchestration_completed ||
            event.kind == event_kind::sub_orchestration_failed ||
            event.kind == event_kind::command_answered || event.kind == event_kind::command_failed;
        constexpr std::uint64_t beginning = 2;
        // Until the code has run again, it is not recorded that an instance is resumed.
        if (event.kind == event_kind::orchestration_rewound && event.source == beginning) is_paused = false;
        if (event.kind == event_kind::orchestration_rewound)
          std::erase_if(answered, [&event](const auto& each) { return each.second >= event.source; });
        if (answers && !answered.emplace(event.source, event.id).second)
          findings_.note("instance '" + summary.instance + "' heard twice of what its event " +
                             std::to_string(event.source) + " asked for (I5, I9)",
                         summary.instance);
      }
  }
}

}  // namespace duroxide::simulation
