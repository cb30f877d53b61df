// Looking at the store.
#include "api/operations/answers.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"

#include <utility>

namespace duroxide::operations {

namespace {

using boost::json::object;
using boost::json::value;

instance_order order_of(const std::string& word) {
  if (word == "id") return instance_order::id;
  return word == "updated" ? instance_order::updated : instance_order::created;
}

filter_order order_in_filter(const std::string& word) {
  if (word == "id") return filter_order::id;
  return word == "updated" ? filter_order::updated : filter_order::created;
}

instance_page page_by_filter(const session& where, const arguments& given) {
  filter what = conditions_of(given);
  if (given.has("order")) what.order = order_in_filter(given.text("order"));
  if (given.flag("ascending")) what.descending = false;
  return where.admin.list(what, {given.count("limit", page_request{}.limit), given.text("cursor")});
}

instance_page page_by_options(const session& where, const arguments& given) {
  instance_query query;
  query.filter = filter_of(given);
  query.order = order_of(given.text("order"));
  query.descending = !given.flag("ascending");
  query.limit = given.count("limit", query.limit);
  query.cursor = given.text("cursor");
  return where.admin.list_instances(query);
}

value list(const session& where, const arguments& given) {
  const instance_page page =
      given.has("filter") ? page_by_filter(where, given) : page_by_options(where, given);
  object all{{"instances", json_of_all(page.instances)}};
  if (!page.cursor.empty()) all["cursor"] = page.cursor;
  return all;
}

std::uint64_t total_of(const std::vector<group_count>& groups) {
  std::uint64_t total = 0;
  for (const group_count& each : groups) total += each.instances;
  return total;
}

// A version says nothing without its orchestration.
std::vector<group_count> count_by_version(const session& where, const filter& what,
                                          const filter_term& group) {
  std::vector<group_count> all;
  for (const group_count& of_name :
       where.admin.count(what, filter_term{.field = filter_field::orchestration})) {
    filter of_one = what;
    const std::string name = of_name.value.value_or("");
    for (filter::alternative& each : of_one.alternatives)
      each.push_back({.field = filter_field::orchestration, .values = {name}});
    for (const group_count& each : where.admin.count(of_one, group))
      all.push_back({name + " " + each.value.value_or(""), each.instances});
  }
  return all;
}

value count(const session& where, const arguments& given) {
  const filter what = conditions_of(given);
  const std::string name = given.has("by") ? given.text("by") : "status";
  const filter_term group = parse_group(name);
  const auto groups = group.field == filter_field::version ? count_by_version(where, what, group)
                                                           : where.admin.count(what, group);
  // A label may have any name, also that of a member.
  const std::string member = group.field == filter_field::label ? "value" : name;
  boost::json::array all;
  for (const group_count& each : groups) {
    object& one = all.emplace_back(object{}).get_object();
    if (each.value || group.field == filter_field::parent)
      one[member] = json_of_text(each.value.value_or(""));
    else
      one[member] = nullptr;
    one["count"] = each.instances;
  }
  const bool is_whole = groups.size() < most_groups;
  return object{{"total", total_of(is_whole ? groups : where.admin.count(what))}, {"groups", std::move(all)}};
}

value stats(const session& where, const arguments&) {
  return object{{"store", where.store},
                {"totals", json_of(where.admin.get_system_metrics())},
                {"waiting", json_of(where.admin.get_queue_depths())}};
}

value problems(const session& where, const arguments& given) {
  problem_query what;
  if (const auto kind = given.optional_text("kind")) what.kind = problem_kind_from(*kind);
  what.limit = given.count("limit", what.limit);
  what.cursor = given.optional_text("cursor").value_or("");
  const problem_page page = where.admin.list_problems(what);
  object all{{"problems", json_of_all(page.problems)}};
  if (!page.cursor.empty()) all["cursor"] = page.cursor;
  return all;
}

value nodes(const session& where, const arguments& given) {
  return object{{"nodes", json_of_all(where.admin.list_nodes(given.count("ended", 10)))}};
}

value verify(const session& where, const arguments&) { return json_of(where.admin.verify()); }

std::vector<parameter> list_parameters() {
  return std::vector{condition_parameter()} + filter_parameters() +
         std::vector<parameter>{
             {.name = "order",
              .type = value_type::choice,
              .help = "sort by this; 'updated' sorts all that the filter lets through, "
                      "so it is slow on a large store",
              .otherwise = "created",
              .choices = {"created", "id", "updated"}},
             {.name = "ascending",
              .type = value_type::flag,
              .help = "the oldest, or the lowest id, first",
              .otherwise = "the newest first"},
             {.name = "limit",
              .type = value_type::count,
              .help = "at most so many instances, 1 to 10000",
              .otherwise = "100"},
             {.name = "cursor", .help = "go on where an earlier list has ended"},
         };
}

constexpr const char* at_store = "Look at the store";

operation problems_operation() {
  return {.name = "problems",
          .group = at_store,
          .summary = "List the instances that do not go on, and why, the oldest problem first",
          .details = "They keep their state and their messages, and are tried again now and then. With the "
                     "right code they "
                     "go on by themselves.",
          .parameters = {{.name = "kind",
                          .type = value_type::choice,
                          .help = "of this kind only",
                          .otherwise = "all kinds",
                          .choices = {"mismatch", "not_registered", "cannot_load", "refused", "paused"}},
                         {.name = "limit",
                          .type = value_type::count,
                          .help = "at most so many, 1 to 10000",
                          .otherwise = "100"},
                         {.name = "cursor", .help = "go on where an earlier list has ended"}},
          .run = problems};
}

}  // namespace

std::vector<operation> store_operations() {
  return {
      {.name = "list",
       .group = at_store,
       .summary = "List instances, the newest first",
       .details =
           "All conditions must hold, those of the filter and those of the options. A list that does not end "
           "gives a cursor for its next page. Ordered by 'updated', a filter needs a condition that an index "
           "serves.",
       .example = "\"orchestration = Order and (status = failed or amount > 100)\"",
       .parameters = list_parameters(),
       .run = list},
      {.name = "count",
       .group = at_store,
       .summary = "Count the instances that match a filter, by one of their fields",
       .details = "The largest groups come first. It looks at every instance that the filter lets through.",
       .example = "\"created > -1d\" --by orchestration",
       .parameters =
           std::vector{condition_parameter()} + filter_parameters() +
           std::vector<parameter>{{.name = "by",
                                   .help = "count by status, state, problem, orchestration, version or "
                                           "parent, or by the label of another name",
                                   .otherwise = "status"}},
       .run = count},
      {.name = "stats",
       .group = at_store,
       .summary = "Count the instances by status, and the work that waits",
       .details = "It reads the tables whole, so it takes a while on a large store.",
       .parameters = {},
       .run = stats},
      problems_operation(),
      {.name = "nodes",
       .group = at_store,
       .summary = "List the processes that share the store",
       .details = "With what they offer and how busy they are.",
       .parameters = {{.name = "ended",
                       .type = value_type::count,
                       .help = "show so many of those that left or died, the last ones",
                       .otherwise = "10"}},
       .run = nodes},
      {.name = "verify",
       .group = at_store,
       .summary = "Read the whole store and report what cannot be",
       .details = "Nothing is changed. Run it after the store was restored from a backup, or edited by hand.",
       .parameters = {},
       .run = verify}};
}

}  // namespace duroxide::operations
