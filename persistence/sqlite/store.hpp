// What the parts of the provider share: its connections, and the notifier for what this process wrote.
#pragma once

#include "duroxide/sqlite_provider.hpp"
#include "persistence/at_home.hpp"
#include "persistence/connection_pool.hpp"
#include "persistence/notifier.hpp"
#include "persistence/sqlite/database.hpp"
#include "persistence/sqlite/location.hpp"
#include "persistence/sqlite/opened_files.hpp"
#include "persistence/store_failure.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace duroxide::persistence::sqlite {

// Any thread may call. SQLite has one writer at a time, so there is one connection for writing, and the
// threads of this process queue for it on a mutex instead of polling for SQLite's lock. In memory the same
// connection serves for reading too: a second one would be another database.
class store {
public:
  // These throw store_failure.
  static std::shared_ptr<store> open(const std::string& path, sqlite_options options);
  static std::shared_ptr<store> open_in_memory();

  using pool = connection_pool<database>;

  // These throw store_failure; store_gone if the file is not there any more.
  pool::lease reading() {
    require_home(home_);
    if (files_) files_->require_file_in_place();
    return readers_->acquire();
  }
  // What is written is looked at again by `transaction`, before it counts.
  pool::lease writing() {
    require_home(home_);
    if (files_) files_->require_none_missed();
    return writer_->acquire();
  }
  // Rung after this process has put something into an inbox by itself, not by way of a writer.
  notifier& changes() noexcept { return changes_; }
  // Rung after every commit of a writer of this process.
  notifier& commits() noexcept { return commits_; }

  const std::string& description() const noexcept { return description_; }
  // Null for a database in memory.
  const std::shared_ptr<const opened_files>& files() const noexcept { return files_; }
  std::uint32_t shard_count() const noexcept { return shard_count_; }

  // Runs `body`; what it throws becomes the failure of `operation` on this store.
  template <class Body> auto attempt(std::string_view operation, Body&& body) const {
    return persistence::attempt(std::string(operation) + ": " + description_, [&] {
      require_home(home_);
      return body();
    });
  }

private:
  // Where connections are made: once the first one has opened the file, that one is meant, whatever becomes
  // of the links and the folder by which it was found.
  struct place {
    location file;
    std::shared_ptr<const opened_files> files;  // none before the first connection, and in memory
  };

  static std::shared_ptr<store> open_for_reading_only(const location& file);
  static std::unique_ptr<database> open_again(const place& home, int flags);
  // `first`: which of the two is to be opened now.
  store(std::string description, std::shared_ptr<place> home, std::shared_ptr<pool> writer,
        std::shared_ptr<pool> readers, pool& first);

  const home_process home_;
  const std::string description_;
  const std::shared_ptr<pool> writer_;
  const std::shared_ptr<pool> readers_;
  notifier changes_;
  notifier commits_;
  std::shared_ptr<const opened_files> files_;
  std::uint32_t shard_count_ = 1;
};

}  // namespace duroxide::persistence::sqlite
