#include "persistence/simulated/problem_listing.hpp"

#include "persistence/problem_cursor.hpp"

#include <algorithm>
#include <vector>

namespace duroxide::internal::simulated {

problem_page list_problems(const tables& rows, const problem_query& what) {
  using persistence::cursor_behind;
  std::vector<instance_problem> found;
  for (const auto& [key, each] : rows.problems) {
    const bool is_wanted =
        (!what.kind || each.kind == *what.kind) && (!what.instance || each.instance == *what.instance);
    const bool is_later =
        what.cursor.empty() || cursor_behind(each) > persistence::problem_cursor_from(what.cursor);
    const instance_row* row = rows.instances.find(each.instance);
    const bool goes_on = row != nullptr && row->key == key && row->is_running();
    if (is_wanted && is_later && goes_on) found.push_back(each);
  }
  std::ranges::sort(found, {}, [](const instance_problem& each) { return cursor_behind(each); });
  problem_page page;
  if (found.size() > what.limit) {
    found.resize(what.limit);
    page.cursor = persistence::to_text(cursor_behind(found.back()));
  }
  page.problems = std::move(found);
  return page;
}

}  // namespace duroxide::internal::simulated
