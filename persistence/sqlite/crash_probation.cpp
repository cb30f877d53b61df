#include "persistence/sqlite/crash_probation.hpp"

namespace duroxide::persistence::sqlite {

void begin_probation(database& db, const std::string& instance, std::uint64_t node) {
  db.run("insert into trials (instance, node) select id, ?2 from instances "
         "where id = ?1 and status in ('pending', 'running') on conflict (instance) do update set node = ?2",
         instance, node);
}

void end_probation(database& db, const std::string& instance) {
  db.run("delete from trials where instance = ?", instance);
}

void count_crashes(database& db, std::uint64_t node, const std::string& death_record) {
  db.run("update trials set attempts = attempts + 1, failures = failures || ?2, node = null where node = ?1",
         node, death_record);
}

void abandon_probations(database& db, std::uint64_t node) {
  db.run("update trials set node = null where node = ?", node);
}

}  // namespace duroxide::persistence::sqlite
