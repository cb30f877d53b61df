// A filter as SQL, which both dialects understand.
//
// Each alternative of a filter is a statement of its own, which goes by one index: that of the condition that is
// likely to leave the fewest rows (id, parent, root, a status but `running`, a problem, label, `running`,
// orchestration, created). All its other conditions are written so that no index serves them, and a page's rows are
// looked up one by one: no planner knows better without statistics. Where the index has the rows in the order that is
// asked for (one orchestration, one status, one kind of problem, one value of a label), a page costs the rows that it
// shows and those that the other conditions pass over; elsewhere all rows that the condition leaves are sorted. A state
// is no column: problems lead to what is stalled or paused, and the status to all else.
#pragma once

#include "duroxide/filter.hpp"
#include "persistence/admin_session.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::persistence {

// Conditions, and the arguments of a statement as they come together.
class sql_arguments {
public:
  std::string add(sql_value value) {
    values_.push_back(std::move(value));
    return "$" + std::to_string(values_.size());
  }
  const std::vector<sql_value>& values() const { return values_; }

private:
  std::vector<sql_value> values_;
};

// Whether an index leads to what fulfils this condition.
bool is_selective(const filter_term& term);

// Throws store_failure (broken, invalid_argument) for a filter that is ordered by `updated` and has an alternative
// without a selective condition: it would sort the whole store.
void require_sortable(const filter& what);

// How a page is cut out of what a filter lets through.
struct filter_cut {
  std::string cursor{};   // empty: from the beginning
  std::size_t limit = 0;  // 0: no order, and no end
};

// A table expression with the column `key`, each key once: what the filter lets through.
std::string keys_of(const admin_session& db, sql_arguments& arguments, const filter& what,
                    const filter_cut& cut);

}  // namespace duroxide::persistence
