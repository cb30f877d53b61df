#include "persistence/simulated/verifying.hpp"

#include "persistence/verifier.hpp"

#include <string>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

class walk {
public:
  walk(const tables& rows, const history_reader& read) : rows_(rows), verifier_(read) {}

  verification run() {
    if (!rows_.has_consistent_indexes()) report("", "the indexes do not match the rows");
    for (const auto& [key, instance] : rows_.instances.by_key()) visit(*instance);
    return std::move(verifier_.found);
  }

private:
  void report(const std::string& instance, std::string what) { verifier_.report(instance, std::move(what)); }

  void visit(const instance_row& instance) {
    ++verifier_.found.instances;
    verifier_.found.executions += instance.executions.size();
    check_state(instance);
    for (const auto& [number, each] : instance.executions) check_execution(instance, number, each);
    for (const auto& [number, rows] : instance.history)
      if (!instance.executions.contains(number) && !(instance.actor && number == instance.execution))
        for (const history_row& row : rows)
          report(instance.id, "events from " + std::to_string(row.first_event_id) + " of execution " +
                                  std::to_string(number) + " belong to no execution");
    for (const auto& [number, each] : instance.activities)
      if (number.first != instance.execution)
        report(instance.id, name_of(each) + "is of execution " + std::to_string(number.first) +
                                ", the current one is " + std::to_string(instance.execution));
    if (instance.actor) check_actor(instance, *instance.actor);
    for (const auto& [number, each] : instance.executions) visit(instance, number, each);
    // The journal of an actor has no row of its own.
    if (instance.executions.empty()) visit(instance, instance.execution, execution_row());
  }

  // -- the instance and its executions ------------------------------------------

  void check_state(const instance_row& instance) {
    const std::string current = std::to_string(instance.execution);
    if (instance.parent && rows_.instances.find(instance.parent->instance) == nullptr)
      report(instance.id, "its parent " + instance.parent->instance + " does not exist");
    const auto found = instance.executions.find(instance.execution);
    if (found == instance.executions.end() && is_actor(instance)) return;
    if (found == instance.executions.end())
      return report(instance.id, "its current execution " + current + " is missing");
    const runtime_status expected =
        instance.status == runtime_status::pending ? runtime_status::running : instance.status;
    if (found->second.status != expected)
      report(instance.id, "it is " + std::string(to_string(instance.status)) + ", its current execution is " +
                              std::string(to_string(found->second.status)));
  }

  // A durable actor needs no execution; one that has had no turn has no version either.
  static bool is_actor(const instance_row& instance) {
    return instance.status == runtime_status::running && (instance.actor || instance.version.empty());
  }

  void check_actor(const instance_row& instance, const actor_row& actor) {
    if (instance.status != runtime_status::running)
      report(instance.id, "it has the state of an actor, and is " + std::string(to_string(instance.status)));
    const auto answers = rows_.answers.find(instance.id);
    if (answers == rows_.answers.end()) return;
    const timestamp since = actor.state.answers_since;
    for (const auto& [command_id, each] : answers->second)
      if (each.made_at < since)
        report(instance.id, "answers from " + std::to_string(since.time_since_epoch().count()) +
                                " on are kept, and there is an older one, to " + command_id);
  }

  void check_execution(const instance_row& instance, std::uint64_t number, const execution_row& each) {
    const std::string which = "execution " + std::to_string(number);
    if (number > instance.execution)
      report(instance.id, which + " comes after the current one, " + std::to_string(instance.execution));
    if (number < instance.execution && each.status != runtime_status::continued_as_new)
      report(instance.id, which + " is over, but it is " + std::string(to_string(each.status)));
  }

  // -- what only the events tell ------------------------------------------------

  void visit(const instance_row& instance, std::uint64_t number, const execution_row& one) {
    verifier_.begin_execution(instance.id, number);
    if (const auto rows = instance.history.find(number); rows != instance.history.end())
      for (const history_row& row : rows->second)
        verifier_.take_row(row.first_event_id, row.count, row.packed);
    verifier_.end_history(one.ended_at ? std::optional(one.event_count.value_or(0)) : std::nullopt);
    for (const auto& [event, each] : instance.activities)
      if (event.first == number) verifier_.check_activity(each.what.key.event_id, each.what.name);
    for (const auto& [key, child] : rows_.instances.children_of(instance.id))
      if (child->parent->execution == number) verifier_.check_child(child->id, child->parent->event_id);
  }

  static std::string name_of(const activity_row& row) {
    return "activity " + std::to_string(row.what.key.event_id) + " (" + row.what.name + ") ";
  }

  const tables& rows_;
  persistence::verifier verifier_;
};

}  // namespace

verification verify_rows(const tables& rows, const history_reader& read) { return walk(rows, read).run(); }

}  // namespace duroxide::internal::simulated
