#include "persistence/simulated/verifying.hpp"

#include <exception>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

constexpr std::size_t most_reported = 1000;

class walk {
public:
  walk(const tables& in, const history_reader& read) : in_(in), read_(read) {}

  verification run() {
    if (!in_.is_in_order()) report("", "the orders in which rows are looked for are not those of the rows");
    for (const auto& [key, it] : in_.instances_by_key()) visit(*it);
    return std::move(found_);
  }

private:
  void report(const std::string& instance, std::string what) {
    ++found_.breaks;
    if (found_.first.size() < most_reported) found_.first.push_back({instance, std::move(what)});
  }

  void visit(const instance_row& it) {
    ++found_.instances;
    found_.executions += it.executions.size();
    check_state(it);
    for (const auto& [number, each] : it.executions) check_execution(it, number, each);
    for (const auto& [number, rows] : it.history)
      if (!it.executions.contains(number))
        for (const history_row& row : rows)
          report(it.id, "events from " + std::to_string(row.first_event_id) + " of execution " +
                            std::to_string(number) + " belong to no execution");
    for (const auto& [number, each] : it.activities)
      if (number.first != it.execution)
        report(it.id, name_of(each) + "is of execution " + std::to_string(number.first) +
                          ", the current one is " + std::to_string(it.execution));
    for (const auto& [number, each] : it.executions) visit(it, number, each);
  }

  // -- the instance and its executions ------------------------------------------

  void check_state(const instance_row& it) {
    const std::string current = std::to_string(it.execution);
    if (it.parent && in_.find(it.parent->instance) == nullptr)
      report(it.id, "its parent " + it.parent->instance + " does not exist");
    const auto found = it.executions.find(it.execution);
    if (found == it.executions.end())
      return report(it.id, "its current execution " + current + " is missing");
    const runtime_status expected =
        it.status == runtime_status::pending ? runtime_status::running : it.status;
    if (found->second.status != expected)
      report(it.id, "it is " + std::string(to_string(it.status)) + ", its current execution is " +
                        std::string(to_string(found->second.status)));
  }

  void check_execution(const instance_row& it, std::uint64_t number, const execution_row& each) {
    const std::string which = "execution " + std::to_string(number);
    if (number > it.execution)
      report(it.id, which + " comes after the current one, " + std::to_string(it.execution));
    if (number < it.execution && each.status != runtime_status::continued_as_new)
      report(it.id, which + " is over, but it is " + std::string(to_string(each.status)));
  }

  // -- what only the events tell ------------------------------------------------

  void visit(const instance_row& it, std::uint64_t number, const execution_row& one) {
    next_event_ = 1;
    activities_.clear();
    children_.clear();
    settled_.clear();
    const std::string place = "execution " + std::to_string(number);
    if (const auto rows = it.history.find(number); rows != it.history.end())
      for (const history_row& row : rows->second) take_events(it.id, place, row);
    const std::uint64_t events = next_event_ - 1;
    found_.events += events;
    if (one.ended_at && one.event_count.value_or(0) != events)
      report(it.id, place + " ended with " + std::to_string(one.event_count.value_or(0)) +
                        " events, there are " + std::to_string(events));
    for (const auto& [event, each] : it.activities)
      if (event.first == number) check_activity(it.id, each);
    for (const auto& [key, child] : in_.children_of(it.id))
      if (child->parent->execution == number) check_child(it.id, *child);
  }

  void take_events(const std::string& it, const std::string& place, const history_row& row) {
    const std::string at = place + ", events from " + std::to_string(row.first_event_id) + ": ";
    if (row.first_event_id != next_event_)
      report(it, at + "event " + std::to_string(next_event_) + " should come here");
    next_event_ = row.first_event_id + row.count;
    try {
      const auto events = read_(row.first_event_id, row.packed);
      if (events.size() != row.count)
        report(it, at + "the row says " + std::to_string(row.count) + " events, it holds " +
                       std::to_string(events.size()));
      for (const history_event& each : events) take_event(it, place, each);
    } catch (const std::exception& e) {
      report(it, at + "they cannot be read: " + e.what());
    }
  }

  void take_event(const std::string& it, const std::string& place, const history_event& event) {
    switch (event.kind) {
    case event_kind::activity_scheduled: activities_.insert(event.id); break;
    case event_kind::sub_orchestration_scheduled:
      children_.emplace(event.id, event.instance.value_or(std::string()));
      break;
    case event_kind::activity_completed:
    case event_kind::activity_failed: settle(it, place, event, activities_.contains(event.source)); break;
    case event_kind::sub_orchestration_completed:
    case event_kind::sub_orchestration_failed:
      settle(it, place, event, children_.contains(event.source));
      break;
    default: break;
    }
  }

  // What was scheduled is settled once (I5).
  void settle(const std::string& it, const std::string& place, const history_event& event,
              bool was_scheduled) {
    const std::string what =
        place + ", event " + std::to_string(event.id) + ": it settles event " + std::to_string(event.source);
    if (!was_scheduled)
      report(it, what + ", which scheduled no such thing");
    else if (!settled_.insert(event.source).second)
      report(it, what + " a second time");
  }

  static std::string name_of(const activity_row& it) {
    return "activity " + std::to_string(it.what.key.event_id) + " (" + it.what.name + ") ";
  }

  void check_activity(const std::string& it, const activity_row& each) {
    const std::uint64_t event = each.what.key.event_id;
    if (!activities_.contains(event)) report(it, name_of(each) + "was scheduled by no event");
    if (settled_.contains(event)) report(it, name_of(each) + "is still to be run, but has its result");
  }

  void check_child(const std::string& it, const instance_row& child) {
    const auto scheduled = children_.find(child.parent->event_id);
    if (scheduled == children_.end() || scheduled->second != child.id)
      report(child.id, "no event of its parent, " + it + ", scheduled it");
  }

  const tables& in_;
  const history_reader& read_;
  verification found_;
  // Of the execution that is being visited.
  std::uint64_t next_event_ = 1;
  std::set<std::uint64_t> activities_;
  std::map<std::uint64_t, std::string> children_;
  std::set<std::uint64_t> settled_;
};

}  // namespace

verification verify_rows(const tables& in, const history_reader& read) { return walk(in, read).run(); }

}  // namespace duroxide::internal::simulated
