// Deleting what is not needed any more.
#include "api/operations/answers.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"

namespace duroxide::operations {

namespace {

using boost::json::object;
using boost::json::value;

constexpr std::uint64_t most_at_once = 1000;

value remove(const session& where, const arguments& given) {
  const duration patience = given.span("patience", std::chrono::seconds(5));
  const deletion deleted = where.admin.delete_instance(given.text("id"), given.flag("force"), patience);
  return object{{"id", given.text("id")}, {"deleted", json_of(deleted)}};
}

// The root instances that a deletion would look at, the oldest first.
value ended_instances(const session& where, const arguments& given) {
  const std::uint64_t limit = given.count("limit", most_at_once);
  instance_query query{.filter = filter_of(given), .descending = false};
  query.filter.roots_only = true;
  boost::json::array found;
  do {
    const instance_page page = where.admin.list_instances(query);
    for (const instance_summary& each : page.instances)
      if (is_terminal(each.status) && found.size() < limit) found.emplace_back(json_of(each));
    query.cursor = page.cursor;
  } while (!query.cursor.empty() && found.size() < limit);
  return object{{"instances", std::move(found)}};
}

value remove_ended(const session& where, const arguments& given) {
  if (given.flag("dry_run")) return ended_instances(where, given);
  return object{{"deleted", json_of(where.admin.delete_instances(filter_of(given),
                                                                 given.count("limit", most_at_once)))}};
}

prune_options prune_options_of(const arguments& given) {
  return {.keep_last = given.count("keep", 1), .ended_before = given.time("ended_before")};
}

value prune(const session& where, const arguments& given) {
  return object{
      {"deleted", json_of(where.admin.prune_executions(given.text("id"), prune_options_of(given)))}};
}

value prune_all(const session& where, const arguments& given) {
  return object{{"deleted", json_of(where.admin.prune_executions(filter_of(given), prune_options_of(given),
                                                                 given.count("limit", most_at_once)))}};
}

std::vector<parameter> prune_parameters() {
  return {{.name = "keep",
           .type = value_type::count,
           .help = "keep so many executions, the current one included",
           .otherwise = "1"},
          {.name = "ended_before",
           .type = value_type::time,
           .help = "only executions that ended before this time"}};
}

parameter limit_parameter() {
  return {.name = "limit",
          .type = value_type::count,
          .help = "at most so many instances, the oldest first",
          .otherwise = "1000"};
}

operation cleanup(operation each) {
  each.group = "Clean up";
  each.does = effect::destroys;
  each.needs = store_access::open;
  return each;
}

}  // namespace

std::vector<operation> cleanup_operations() {
  return {
      cleanup(
          {.name = "delete",
           .summary = "Delete an instance that has ended, with its sub-orchestrations",
           .details = "With --force also while it runs: it is cancelled first, so that its activities stop.",
           .example = "order-7",
           .parameters = {instance_parameter(),
                          {.name = "force", .type = value_type::flag, .help = "delete it while it runs, too"},
                          {.name = "patience",
                           .type = value_type::span,
                           .help = "with --force: how long it may take to end after it was cancelled",
                           .otherwise = "5s"}},
           .run = remove}),
      cleanup(
          {.name = "delete-ended",
           .summary = "Delete all instances that have ended and match a filter",
           .details = "The oldest come first. Sub-orchestrations go with their roots; an instance with a "
                      "sub-orchestration that still runs is passed over.",
           .example = "--status completed --updated-before 30d",
           .parameters = filter_parameters() +
                         std::vector<parameter>{limit_parameter(),
                                                {.name = "dry_run",
                                                 .type = value_type::flag,
                                                 .help = "only list the instances that would be deleted"}},
           .run = remove_ended}),
      cleanup({.name = "prune",
               .summary = "Delete old executions of an instance that continues as new",
               .details = "The current execution, the key-value store and the messages stay.",
               .example = "counter --keep 10",
               .parameters = std::vector{instance_parameter()} + prune_parameters(),
               .run = prune}),
      cleanup({.name = "prune-all",
               .summary = "Delete old executions of all instances that match a filter",
               .details = "The oldest instances come first.",
               .example = "--orchestration Counter --ended-before 7d",
               .parameters = filter_parameters() + prune_parameters() + std::vector{limit_parameter()},
               .run = prune_all}),
  };
}

}  // namespace duroxide::operations
