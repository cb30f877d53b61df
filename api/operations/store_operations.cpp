// Looking at the store.
#include "api/operations/answers.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"

#include <map>
#include <utility>

namespace duroxide::operations {

namespace {

using boost::json::object;
using boost::json::value;

instance_order order_of(const std::string& word) {
  if (word == "id") return instance_order::id;
  return word == "updated" ? instance_order::updated : instance_order::created;
}

value list(const session& where, const arguments& given) {
  instance_query query;
  query.filter = filter_of(given);
  query.order = order_of(given.text("order"));
  query.descending = !given.flag("ascending");
  query.limit = given.count("limit", query.limit);
  query.cursor = given.text("cursor");
  const instance_page page = where.admin.list_instances(query);
  object all{{"instances", json_of_all(page.instances)}};
  if (!page.cursor.empty()) all["cursor"] = page.cursor;
  return all;
}

std::string group_of(const instance_summary& each, const std::string& field) {
  if (field == "orchestration") return each.orchestration;
  if (field == "version") return each.orchestration + " " + each.version;
  if (field == "parent") return each.parent.value_or("");
  return std::string(to_string(each.status));
}

value count(const session& where, const arguments& given) {
  const std::string field = given.has("by") ? given.text("by") : "status";
  instance_query query{.filter = filter_of(given), .limit = 10'000};
  std::map<std::string, std::uint64_t> counts;
  std::uint64_t total = 0;
  do {
    const instance_page page = where.admin.list_instances(query);
    for (const instance_summary& each : page.instances) ++counts[group_of(each, field)];
    total += page.instances.size();
    query.cursor = page.cursor;
  } while (!query.cursor.empty());
  boost::json::array groups;
  for (const auto& [name, of_group] : counts)
    groups.emplace_back(object{{field, json_of_text(name)}, {"count", of_group}});
  return object{{"total", total}, {"groups", std::move(groups)}};
}

value stats(const session& where, const arguments&) {
  return object{{"store", where.store},
                {"totals", json_of(where.admin.get_system_metrics())},
                {"waiting", json_of(where.admin.get_queue_depths())}};
}

value nodes(const session& where, const arguments& given) {
  return object{{"nodes", json_of_all(where.admin.list_nodes(given.count("ended", 10)))}};
}

value verify(const session& where, const arguments&) { return json_of(where.admin.verify()); }

std::vector<parameter> list_parameters() {
  return filter_parameters() + std::vector<parameter>{
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

}  // namespace

std::vector<operation> store_operations() {
  return {
      {.name = "list",
       .group = at_store,
       .summary = "List instances, the newest first",
       .details = "All conditions must hold. A list that does not end gives a cursor for its next page.",
       .example = "--status failed --orchestration Order",
       .parameters = list_parameters(),
       .run = list},
      {.name = "count",
       .group = at_store,
       .summary = "Count the instances that match a filter, by one of their fields",
       .details = "It looks at every instance that the filter lets through.",
       .example = "--created-after 1d --by orchestration",
       .parameters = filter_parameters() +
                     std::vector<parameter>{{.name = "by",
                                             .type = value_type::choice,
                                             .help = "count by this field",
                                             .otherwise = "status",
                                             .choices = {"status", "orchestration", "version", "parent"}}},
       .run = count},
      {.name = "stats",
       .group = at_store,
       .summary = "Count the instances by status, and the work that waits",
       .details = "It reads the tables whole, so it takes a while on a large store.",
       .parameters = {},
       .run = stats},
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
