#include "persistence/sqlite/schema.hpp"

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
  throw store_failure(store_fate::broken, error_kind::store_incompatible,
                      "the file has schema version " + std::to_string(version) +
                          ", and this build knows versions up to " + std::to_string(known) +
                          ". Use a newer build of duroxide, or another file; this one was left as it is.");
}

}  // namespace

void migrate(database& db) {
  const std::size_t known = migrations().size();
  // Read outside of a write transaction first: nearly always there is nothing to do.
  const std::size_t before = version_of(db);
  require_known(before);
  if (before == known) return;

  transaction changes(db, access::write);
  const std::size_t version = version_of(db);  // another process may have been faster
  require_known(version);
  for (std::size_t next = version; next < known; ++next) db.run_script(std::string(migrations()[next]));
  db.run_script("pragma application_id = " + std::to_string(application_id));
  db.run_script("pragma user_version = " + std::to_string(known));
  changes.commit();
}

void require_current(database& db) {
  const std::size_t version = version_of(db);
  require_known(version);
  if (version == migrations().size()) return;
  throw store_failure(store_fate::broken, error_kind::store_incompatible,
                      "the file has schema version " + std::to_string(version) +
                          ", and this build reads version " + std::to_string(migrations().size()) +
                          ". It is opened for reading only, so it was left as it is; opening it otherwise "
                          "migrates it.");
}

}  // namespace duroxide::persistence::sqlite
