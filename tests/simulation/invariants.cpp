#include "tests/simulation/invariants.hpp"

#include "runtime/history_codec.hpp"

#include <set>
#include <stdexcept>
#include <utility>

namespace duroxide::simulation {

namespace {

constexpr std::size_t enough = 20;

std::vector<history_event> read_row(std::uint64_t first, const std::string& packed) {
  auto events = internal::unpack_events(first, packed);
  if (!events) throw std::runtime_error(events.error());
  return *std::move(events);
}

}  // namespace

void invariants::note(std::string what) {
  if (violations_.size() < enough) violations_.push_back(std::move(what));
}

// A deleted or replaced instance has no history any more; none is deleted here.
void invariants::activity_runs(const activity_context& context) {
  ++runs_;
  ++runs_of_[context.activity_id() + " attempt " + std::to_string(context.attempt())];
  const auto rows = cluster_.store().history(context.instance_id(), context.execution_id()).value();
  const std::string id = context.activity_id();
  const std::uint64_t wanted = std::stoull(id.substr(id.rfind('/') + 1));  // of the first attempt
  for (const history_row& row : rows)
    if (wanted >= row.first_event_id && wanted < row.first_event_id + row.count) return;
  note("activity '" + context.activity_name() + "' of event " + std::to_string(wanted) + " of instance '" +
       context.instance_id() + "' runs, and the turn that asked for it is not durable (I2)");
}

void invariants::look() {
  const verification found = cluster_.store().administration().verify(read_row).value();
  for (const inconsistency& each : found.first)
    note("the store has instance '" + each.instance + "': " + each.what + " (I1, I6)");
}

void invariants::look_at_the_end() {
  look();
  instance_query query;
  query.limit = 10'000;
  const instance_page found = cluster_.store().administration().list(query).value();
  for (const instance_summary& each : found.instances) {
    const auto info = cluster_.store().administration().info(each.instance).value();
    if (info->error && info->error->category != error_category::application)
      note("instance '" + each.instance + "' failed as " + std::string(to_string(info->error->category)) +
           ": " + info->error->message + " (I10)");
    if (!is_terminal(each.status))
      note("instance '" + each.instance + "' has not ended; it waits for" + waits_of(each.instance));
    look_at_history(each);
  }
  look_at_runs();
  const queue_depths left = cluster_.store().administration().depths(timestamp::max()).value();
  if (left.activities_waiting + left.activities_taken > 0)
    note(std::to_string(left.activities_waiting + left.activities_taken) +
         " activities are left that nobody waits for");
}

// A process that dies, or does not know what it wrote, lets others do again what it had in its hands. One
// that stops in order does not, nor one that is slow.
void invariants::look_at_runs() {
  constexpr std::array<std::string_view, 3> harmless{"lost wake-up", "slow", "stop"};
  const bool excused = std::ranges::any_of(cluster_.faults(), [&](const auto& fault) {
    return std::ranges::find(harmless, fault.first) == harmless.end();
  });
  if (excused) return;
  for (const auto& [activity, count] : runs_of_)
    if (count > 1)
      note("activity " + activity + " ran " + std::to_string(count) + " times, and nothing made it (I5)");
}

std::string invariants::waits_of(const std::string& instance) const {
  std::string text;
  const auto stored = cluster_.store().load(instance).value();
  for (const stored_activity& each : stored->activities)
    text += " activity '" + each.name + "' of event " + std::to_string(each.key.event_id) +
            (each.shared ? " (shared)" : "") + (each.tag ? " with a tag" : "") +
            (each.session ? " on '" + *each.session + "'" : "") + ", attempts " +
            std::to_string(each.attempts) + ";";
  for (const message& each : stored->inbox)
    text += " message " + std::to_string(each.id) + " " + std::string(to_string(each.kind)) + " visible at " +
            std::to_string(each.visible_at.time_since_epoch().count()) + ";";
  for (const std::string& each : stored->children) text += " child '" + each + "';";
  return text + " on shard " + std::to_string(stored->shard);
}

void invariants::look_at_history(const instance_summary& of) {
  for (std::uint64_t execution = 1; execution <= of.execution; ++execution) {
    std::set<std::uint64_t> answered;
    for (const history_row& row : cluster_.store().history(of.instance, execution).value())
      for (const history_event& event : read_row(row.first_event_id, row.packed)) {
        const bool answers =
            event.kind == event_kind::activity_completed || event.kind == event_kind::activity_failed ||
            event.kind == event_kind::timer_fired || event.kind == event_kind::sub_orchestration_completed ||
            event.kind == event_kind::sub_orchestration_failed;
        if (answers && !answered.insert(event.source).second)
          note("instance '" + of.instance + "' heard twice of what its event " +
               std::to_string(event.source) + " asked for (I5, I9)");
      }
  }
}

}  // namespace duroxide::simulation
