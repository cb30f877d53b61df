#include "persistence/finding.hpp"

#include "persistence/filter_sql.hpp"
#include "persistence/list_cursor.hpp"
#include "persistence/listing.hpp"
#include "persistence/state_sql.hpp"

#include <algorithm>

namespace duroxide::persistence {

namespace {

instance_order order_of(const filter& what) {
  switch (what.order) {
  case filter_order::created: return instance_order::created;
  case filter_order::id: return instance_order::id;
  case filter_order::updated: break;
  }
  return instance_order::updated;
}

std::string order_by(const filter& what) {
  const std::string direction = what.descending ? " desc" : "";
  switch (what.order) {
  case filter_order::created: return " order by i.key" + direction;
  case filter_order::id: return " order by i.id" + direction;
  case filter_order::updated: break;
  }
  return " order by i.updated_at" + direction + ", i.key" + direction;
}

std::string column_of(const filter_term& group) {
  switch (group.field) {
  case filter_field::label: return "g.text";
  case filter_field::version: return "i.version";
  case filter_field::status: return "i.status";
  case filter_field::state: return state_sql("p.kind");
  case filter_field::problem: return problem_sql("p.kind");
  case filter_field::parent: return "i.parent_instance";
  default: return "i.orchestration";
  }
}

}  // namespace

instance_page find_instances(admin_session& db, const filter& what, const page_request& page) {
  require_sortable(what);
  sql_arguments arguments;
  db.begin_page();
  const std::string keys = keys_of(db, arguments, what, {page.cursor, page.limit + 1});
  auto rows = db.rows("select i.key, " + summary_columns(db) + " from " + keys + " chosen" +
                          db.looked_up("i", "key", "chosen.key") + order_by(what) + " limit " +
                          std::to_string(page.limit + 1),
                      arguments.values());
  instance_page found;
  std::uint64_t key = 0;
  for (sql_row& row : rows) {
    if (found.instances.size() == page.limit) {
      found.cursor = cursor_behind(order_of(what), found.instances.back(), key);
      break;
    }
    key = row.number("key");
    found.instances.push_back(read_summary(db, row));
  }
  return found;
}

std::vector<group_count> count_instances(admin_session& db, const filter& what,
                                         const std::optional<filter_term>& group) {
  sql_arguments arguments;
  std::string sql = "select " + (group ? column_of(*group) : std::string("null")) +
                    " as value, count(*) as instances from " + keys_of(db, arguments, what, {}) +
                    " chosen cross join instances i";
  if (group && group->field == filter_field::label)
    sql += " left join labels g on g.instance_key = i.key and g.name = " + arguments.add(group->label);
  if (group && (group->field == filter_field::state || group->field == filter_field::problem))
    sql += " left join problems p on p.instance_key = i.key";
  sql += " where i.key = chosen.key";
  if (group)
    sql += " group by " + column_of(*group) + " order by count(*) desc limit " + std::to_string(most_groups);
  std::vector<group_count> found;
  for (sql_row& row : db.rows(sql, arguments.values()))
    found.push_back({row.take("value"), row.number("instances")});
  put_in_order(found);
  return found;
}

void put_in_order(std::vector<group_count>& groups) {
  std::ranges::sort(groups, [](const group_count& left, const group_count& right) {
    return left.instances != right.instances ? left.instances > right.instances : left.value < right.value;
  });
}

}  // namespace duroxide::persistence
