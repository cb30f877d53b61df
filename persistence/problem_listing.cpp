#include "persistence/problem_listing.hpp"

#include "persistence/problem_cursor.hpp"

#include <string>
#include <utility>
#include <vector>

namespace duroxide::persistence {

problem_page list_problems(admin_session& db, const problem_query& what) {
  std::vector<sql_value> values;
  const auto add = [&values](sql_value value) {
    values.push_back(std::move(value));
    return "$" + std::to_string(values.size());
  };
  std::string condition;
  if (what.kind) condition += " and p.kind = " + add(std::string(to_string(*what.kind)));
  if (what.instance) condition += " and i.id = " + add(*what.instance);
  if (!what.cursor.empty()) {
    const problem_cursor last = problem_cursor_from(what.cursor);
    const std::string since = add(last.since);
    const std::string key = add(last.key);
    condition += " and (p.since, p.instance_key) > (" + since + ", " + key + ")";
  }
  auto rows =
      db.rows("select i.id, p.instance_key, p.kind, p.since, p.detail from problems p join instances i "
              "on i.key = p.instance_key where i.status in ('pending', 'running')" +
                  condition + " order by p.since, p.instance_key limit " + std::to_string(what.limit + 1),
              values);
  problem_page page;
  for (sql_row& row : rows) {
    if (page.problems.size() == what.limit) {
      page.cursor = to_text(cursor_behind(page.problems.back()));
      break;
    }
    instance_problem& each = page.problems.emplace_back();
    each.instance = row.text("id");
    each.life = row.number("instance_key");
    each.kind = problem_kind_from(row.text("kind"));
    each.since = row.time("since");
    if (auto detail = row.take("detail")) each.detail = db.payload(*std::move(detail));
  }
  return page;
}

}  // namespace duroxide::persistence
