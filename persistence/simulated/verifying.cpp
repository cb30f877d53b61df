#include "persistence/simulated/verifying.hpp"

#include "persistence/verifier.hpp"

#include <string>
#include <utility>

namespace duroxide::internal::simulated {

namespace {

class walk {
public:
  walk(const tables& in, const history_reader& read) : in_(in), verifier_(read) {}

  verification run() {
    if (!in_.is_in_order()) report("", "the orders in which rows are looked for are not those of the rows");
    for (const auto& [key, it] : in_.instances_by_key()) visit(*it);
    return std::move(verifier_.found);
  }

private:
  void report(const std::string& instance, std::string what) { verifier_.report(instance, std::move(what)); }

  void visit(const instance_row& it) {
    ++verifier_.found.instances;
    verifier_.found.executions += it.executions.size();
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
    verifier_.begin_execution(it.id, number);
    if (const auto rows = it.history.find(number); rows != it.history.end())
      for (const history_row& row : rows->second)
        verifier_.take_row(row.first_event_id, row.count, row.packed);
    verifier_.end_history(one.ended_at ? std::optional(one.event_count.value_or(0)) : std::nullopt);
    for (const auto& [event, each] : it.activities)
      if (event.first == number) verifier_.check_activity(each.what.key.event_id, each.what.name);
    for (const auto& [key, child] : in_.children_of(it.id))
      if (child->parent->execution == number) verifier_.check_child(child->id, child->parent->event_id);
  }

  static std::string name_of(const activity_row& it) {
    return "activity " + std::to_string(it.what.key.event_id) + " (" + it.what.name + ") ";
  }

  const tables& in_;
  persistence::verifier verifier_;
};

}  // namespace

verification verify_rows(const tables& in, const history_reader& read) { return walk(in, read).run(); }

}  // namespace duroxide::internal::simulated
