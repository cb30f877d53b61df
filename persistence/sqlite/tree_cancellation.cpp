#include "persistence/sqlite/tree_cancellation.hpp"

#include <vector>

namespace duroxide::persistence::sqlite {

namespace {

// Of the next few that run, in whatever tree.
struct members {
  std::vector<std::string> of_tree;
  std::uint64_t last = 0;
};

members next_members(database& db, std::uint64_t root, const tree_position& place) {
  members found;
  auto row =
      db.rows("select key, root is ?1 as is_member, id from instances indexed by instances_not_completed "
              "where status = ?2 and status <> 'completed' and key > ?3 order by key limit ?4",
              root, place.status, place.after, tree_position::step);
  while (row.next()) {
    bool is_member = false;
    std::string id;
    row.read("key", found.last, "is_member", is_member, "id", id);
    if (is_member) found.of_tree.push_back(std::move(id));
  }
  return found;
}

}  // namespace

bool is_tree_open(database& db, std::uint64_t root) {
  return db.value<int>(
             "select count(*) from instances i where i.key = ?1 and i.status in ('pending', 'running') "
             "and not exists (select 1 from inbox m where m.instance_key = ?1 and m.source = 0 "
             "and m.kind = 'cancel' and m.name = '')",
             root) != 0;
}

std::string cancel_tree(database& db, const writing_context& context, const tree_cancellation& what,
                        const std::string& position) {
  const int runs = db.value<int>(
      "select count(*) from instances where key = ? and status in ('pending', 'running')", what.root);
  if (runs != 0) return {};
  const tree_position place = tree_position::from(position, what.root);
  const members found = next_members(db, what.root, place);
  message cancel;
  cancel.kind = message_kind::cancel;
  cancel.data = what.reason;
  cancel.visible_at = what.requested_at;
  for (const std::string& each : found.of_tree) {
    const int told = db.value<int>("select count(*) from instances i join inbox m on m.instance_key = i.key "
                                   "and m.source = 0 and m.kind = 'cancel' where i.id = ?",
                                   each);
    if (told != 0) continue;
    cancel.instance = each;
    post_message(db, context, {cancel, 0, what.requested_at});
  }
  return place.next(found.last, what.root);
}

}  // namespace duroxide::persistence::sqlite
