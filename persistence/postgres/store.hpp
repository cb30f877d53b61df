// What the parts of the provider share: connections, the schema, and the ways to hear and to be heard.
#pragma once

#include "duroxide/limits.hpp"
#include "duroxide/postgres_provider.hpp"
#include "persistence/at_home.hpp"
#include "persistence/connection_pool.hpp"
#include "persistence/postgres/conninfo.hpp"
#include "persistence/postgres/lineage.hpp"
#include "persistence/postgres/liveness_session.hpp"
#include "persistence/postgres/notify_sender.hpp"
#include "persistence/postgres/schema.hpp"
#include "persistence/store_failure.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace duroxide::persistence::postgres {

// Any thread may call.
class store {
public:
  using lease = connection_pool<connection>::lease;

  // Throws store_failure.
  store(conninfo server, std::string schema, bool read_only);

  lease reading() { return at_home(readers_).acquire(); }
  lease writing() { return at_home(writers_).acquire(); }
  // Gives what `body` makes of a session.
  template <class Body> auto read(Body&& body) { return repeated(at_home(readers_), body); }
  // For writes that may be done twice.
  template <class Body> auto write_again(Body&& body) { return repeated(at_home(writers_), body); }
  // A session of one's own, set to the schema.
  std::unique_ptr<connection> connect();

  // What this process knows of the server's history.
  lineage& known() noexcept { return lineage_; }

  notify_sender& notifications() noexcept { return notify_sender_; }
  liveness_session& seen() noexcept { return liveness_; }
  const row_types& types() const noexcept { return types_; }
  std::int32_t lock_class() const noexcept { return lock_class_; }

  // Whether a transaction pooler is in front: then nothing can be heard, and nobody can see that this process
  // lives.
  bool is_pooled() const noexcept { return pooled_; }

  const std::string& description() const noexcept { return description_; }
  std::uint32_t shard_count() const noexcept { return shard_count_; }
  // While nodes of an older build may live, what they can read.
  int history_format() const noexcept {
    return migrated_ ? limits::history_format : limits::oldest_history_format;
  }

  // Takes away what the schema has for nodes of older builds, once the last of them has left.
  void finish_migration(connection& db) noexcept;

  // Tells the nodes and clients that a write concerns: the threads of this process at once, others by notification.
  void tell(const wake_list& woken);
  // The same of a deletion: the clients that wait, and, if something of it ran, the nodes.
  void tell_of_deletion(bool ran);
  // Another number when instances that ran may have been deleted.
  std::uint64_t deletions() const;

  // Runs `body`; what it throws becomes the failure of `operation` on this store.
  template <class Body> auto attempt(std::string_view operation, Body&& body) const {
    return persistence::attempt(std::string(operation) + ": " + description_, [&] {
      require_home(home_);
      return body();
    });
  }

private:
  using pool = connection_pool<connection>;

  pool& at_home(pool& sessions) const {
    require_home(home_);
    return sessions;
  }

  // A session that was lost on the way is nothing to speak of: the next one is asked.
  template <class Body> auto repeated(pool& sessions, Body& body) {
    try {
      return body(*sessions.acquire());
    } catch (const store_failure& failure) {
      if (failure.error().certainty != commit_certainty::unknown) throw;
    }
    try {
      return body(*sessions.acquire());
    } catch (const store_failure& failure) {
      store_error error = failure.error();
      if (error.certainty == commit_certainty::unknown) error.certainty = commit_certainty::not_done;
      throw store_failure(error.certainty, error.kind, error.message);
    }
  }

  const home_process home_;
  const conninfo server_;
  const std::string schema_;
  const bool read_only_;
  const bool pooled_;
  const std::string description_;
  const std::int32_t lock_class_;
  lineage lineage_;
  connection_pool<connection> readers_;
  connection_pool<connection> writers_;
  row_types types_;
  std::uint32_t shard_count_ = 0;
  std::atomic<bool> migrated_ = false;  // nothing is left to be taken away
  liveness_session liveness_;
  notify_sender notify_sender_;
};

}  // namespace duroxide::persistence::postgres
