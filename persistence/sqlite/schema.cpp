#include "persistence/sqlite/schema.hpp"

#include "persistence/sqlite/member_lock.hpp"
#include "persistence/sqlite/migrations.hpp"
#include "persistence/sqlite/transaction.hpp"
#include "persistence/store_failure.hpp"

#include <string>

namespace duroxide::persistence::sqlite {

namespace {

std::size_t version_of(database& db) { return db.value<std::size_t>("pragma user_version"); }

void require_known(std::size_t version) {
  const std::size_t known = migrations().size();
  if (version <= known) return;
  throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                      "the file has schema version " + std::to_string(version) +
                          ", and this build knows versions up to " + std::to_string(known) +
                          ". Use a newer build of duroxide, or another file; this one was left as it is.");
}

// Its statements would not fit the new schema. A node that is alive holds its lock; one that has crashed does
// not.
void require_no_older_nodes(database& db, std::size_t version) {
  const std::string file = sqlite3_db_filename(db.handle(), "main");
  if (version == 0 || file.empty()) return;
  const member_lock locks(file);
  auto row = db.rows("select id, name from nodes where state = 'alive' order by id");
  while (row.next()) {
    std::uint64_t id = 0;
    std::string name;
    row.read("id", id, "name", name);
    if (!locks.lives(id)) continue;
    throw store_failure(commit_certainty::not_done, error_kind::store_in_use,
                        "the file has schema version " + std::to_string(version) + ", and node " +
                            std::to_string(id) + " (" + name +
                            ") of an older build is working with it. Stop that process, then open the file "
                            "again: it is migrated to version " +
                            std::to_string(migrations().size()) + " then; it was left as it is.");
  }
}

}  // namespace

void migrate(database& db) {
  const std::size_t known = migrations().size();
  // Read outside of a write transaction first: nearly always there is nothing to do.
  const std::size_t before = version_of(db);
  require_known(before);
  if (before == known) return;

  transaction changes(db, access::write);
  const std::size_t version = version_of(db);
  require_known(version);
  if (version == known) return;  // another process was faster, and the nodes that live are of its build
  require_no_older_nodes(db, version);
  for (std::size_t next = version; next < known; ++next) db.run_script(std::string(migrations()[next]));
  db.run_script("pragma application_id = " + std::to_string(application_id));
  db.run_script("pragma user_version = " + std::to_string(known));
  changes.commit();
}

void require_current(database& db) {
  const std::size_t version = version_of(db);
  require_known(version);
  if (version == migrations().size()) return;
  throw store_failure(commit_certainty::broken, error_kind::store_incompatible,
                      "the file has schema version " + std::to_string(version) +
                          ", and this build reads version " + std::to_string(migrations().size()) +
                          ". It is opened for reading only, so it was left as it is; opening it otherwise "
                          "migrates it.");
}

}  // namespace duroxide::persistence::sqlite
