#include "persistence/sqlite/trials.hpp"

namespace duroxide::persistence::sqlite {

void begin_trial(database& db, const std::string& instance, std::uint64_t node) {
  db.run("insert into trials (instance, node) select id, ?2 from instances "
         "where id = ?1 and status in ('pending', 'running') on conflict (instance) do update set node = ?2",
         instance, node);
}

void end_trial(database& db, const std::string& instance) {
  db.run("delete from trials where instance = ?", instance);
}

trial_record read_trial(database& db, const std::string& instance) {
  trial_record found;
  auto row = db.rows("select attempts, failures from trials where instance = ?", instance);
  if (row.next()) row.into(found.attempts, found.failures);
  return found;
}

void count_trials(database& db, std::uint64_t node, const std::string& epitaph) {
  db.run("update trials set attempts = attempts + 1, failures = failures || ?2, node = null where node = ?1",
         node, epitaph);
}

void abandon_trials(database& db, std::uint64_t node) {
  db.run("update trials set node = null where node = ?", node);
}

}  // namespace duroxide::persistence::sqlite
