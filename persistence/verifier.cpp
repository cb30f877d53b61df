#include "persistence/verifier.hpp"

#include <exception>
#include <utility>

namespace duroxide::persistence {

namespace {

constexpr std::size_t most_reported = 1000;

}  // namespace

void verifier::report(const std::string& instance, std::string what) {
  ++found.inconsistencies;
  if (found.first.size() < most_reported) found.first.push_back({instance, std::move(what)});
}

void verifier::begin_execution(const std::string& instance, std::uint64_t execution) {
  instance_ = instance;
  place_ = "execution " + std::to_string(execution);
  next_event_ = 1;
  activities_.clear();
  children_.clear();
  commands_.clear();
  settled_.clear();
}

void verifier::take_row(std::uint64_t first_event_id, std::uint64_t count, const std::string& packed) {
  const std::string place = place_ + ", events from " + std::to_string(first_event_id) + ": ";
  if (first_event_id != next_event_)
    report(instance_, place + "event " + std::to_string(next_event_) + " should come here");
  next_event_ = first_event_id + count;
  try {
    const auto events = read_(first_event_id, packed);
    if (events.size() != count)
      report(instance_, place + "the row says " + std::to_string(count) + " events, it holds " +
                            std::to_string(events.size()));
    for (const history_event& each : events) take_event(each);
  } catch (const std::exception& e) {
    report(instance_, place + "they cannot be read: " + e.what());
  }
}

void verifier::end_history(std::optional<std::uint64_t> recorded) {
  const std::uint64_t events = next_event_ - 1;
  found.events += events;
  if (recorded && *recorded != events)
    report(instance_, place_ + " ended with " + std::to_string(*recorded) + " events, there are " +
                          std::to_string(events));
}

void verifier::take_event(const history_event& event) {
  switch (event.kind) {
  case event_kind::activity_scheduled: activities_.insert(event.id); break;
  case event_kind::sub_orchestration_scheduled:
    children_.emplace(event.id, event.instance.value_or(std::string()));
    break;
  case event_kind::command_sent: commands_.insert(event.id); break;
  case event_kind::activity_completed:
  case event_kind::activity_failed: settle(event, activities_.contains(event.source)); break;
  case event_kind::sub_orchestration_completed:
  case event_kind::sub_orchestration_failed: settle(event, children_.contains(event.source)); break;
  case event_kind::command_answered:
  case event_kind::command_failed: settle(event, commands_.contains(event.source)); break;
  case event_kind::orchestration_rewound:
    std::erase_if(settled_, [&event](const auto& each) { return each.second >= event.source; });
    break;
  default: break;
  }
}

// What was scheduled is settled once (I5).
void verifier::settle(const history_event& event, bool was_scheduled) {
  const std::string what =
      place_ + ", event " + std::to_string(event.id) + ": it settles event " + std::to_string(event.source);
  if (!was_scheduled)
    report(instance_, what + ", which scheduled no such thing");
  else if (!settled_.emplace(event.source, event.id).second)
    report(instance_, what + " a second time");
}

void verifier::check_activity(std::uint64_t event_id, const std::string& name) {
  const std::string subject = "activity " + std::to_string(event_id) + " (" + name + ") ";
  if (!activities_.contains(event_id)) report(instance_, subject + "was scheduled by no event");
  if (settled_.contains(event_id)) report(instance_, subject + "is still to be run, but has its result");
}

void verifier::check_child(const std::string& child, std::uint64_t event_id) {
  const auto scheduled = children_.find(event_id);
  if (scheduled == children_.end() || scheduled->second != child)
    report(child, "no event of its parent, " + instance_ + ", scheduled it");
}

}  // namespace duroxide::persistence
