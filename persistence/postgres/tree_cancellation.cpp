#include "persistence/postgres/tree_cancellation.hpp"

namespace duroxide::persistence::postgres {

std::string cancel_tree(store& opened, const tree_cancellation& what, const std::string& position) {
  const tree_position place = tree_position::from(position, what.root);
  std::uint64_t last = 0;
  bool closed = false;
  wake_list owners;
  opened.write_again([&](connection& db) {
    auto row = db.run("select closed, coalesce(last_life, 0) as last_life, coalesce(wake, '{}') as wake "
                      "from cancel_tree_v9($1, $2, $3, $4, $5, $6)",
                      what.root, place.status, place.after, what.requested_at, payload{what.reason},
                      static_cast<std::int64_t>(tree_position::step));
    if (row.next()) row.read("closed", closed, "last_life", last, "wake", numbers_column{owners.nodes});
  });
  if (!closed) return {};
  if (!owners.nodes.empty()) opened.tell(owners);
  return place.next(last, what.root);
}

}  // namespace duroxide::persistence::postgres
