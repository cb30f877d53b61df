#include "persistence/postgres/actors.hpp"

#include "persistence/instance_rows.hpp"

#include <cstdint>

namespace duroxide::persistence::postgres {

std::optional<actor_state> read_actor(connection& db, const std::string& instance) {
  auto rows = db.run("select s.version, s.state, s.answers_since from instances i "
                     "join actor_states s on s.instance_key = i.key where i.id = $1",
                     instance);
  return actor_state_from(rows);
}

std::vector<kept_answer> read_answers(connection& db, const std::string& instance,
                                      const std::vector<std::string>& command_ids) {
  auto rows = db.run("select a.command_id, a.made_at, a.answer, a.error from unnest($2::text[]) with "
                     "ordinality w (command_id, number) "
                     "join answers a on a.instance = $1 and a.command_id = w.command_id order by w.number",
                     instance, command_ids);
  return answers_from(rows, instance);
}

// Waits for nobody: a commit may be deleting some of them, in another order.
std::size_t forget_answers(connection& db, timestamp before, std::size_t limit) {
  auto row = db.run("with old as (select instance, command_id from answers where made_at < $1 "
                    "order by made_at limit $2 for update skip locked), "
                    "gone as (delete from answers a using old o where a.instance = o.instance "
                    "and a.command_id = o.command_id returning 1) select count(*) from gone",
                    before, static_cast<std::uint64_t>(limit));
  std::size_t forgotten = 0;
  if (row.next()) row.read(only_column, forgotten);
  return forgotten;
}

}  // namespace duroxide::persistence::postgres
