// How the members of a file know which of them live: locks that the kernel releases when their holder dies.
#pragma once

#include "duroxide/detail/process.hpp"

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace duroxide::persistence::sqlite {

// One node's descriptor of the file FILE-lock. Byte 0 is locked by the owner of all shards, byte n by the
// living node n. The locks belong to the descriptor (F_OFD_SETLK), so that they hold between the nodes of one
// process as between processes, and closing one node's descriptor drops nobody else's. The file stays:
// deleting it would let two processes hold locks on two files of the same name, and if somebody does, the
// nodes join anew. Its length counts the joins.
// A fork copies the descriptor, and the locks are held as long as one copy is open: a child closes its own.
// It belongs to the users that may write to the database, and others cannot open it.
class member_lock {
public:
  // Throws store_failure (store_unavailable) if the file cannot be made, or is not ours.
  explicit member_lock(const std::string& database);
  member_lock(member_lock&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)),
        at_home_(std::move(other.at_home_)) {}
  member_lock& operator=(member_lock&& other) = delete;
  ~member_lock();

  // Throws store_failure (store_in_use) if somebody lives by this id already, for another database that was
  // at this path.
  void live_as(std::uint64_t node);
  // Byte 0; false if somebody else has it.
  bool try_own_shards() { return try_lock(0); }
  void release_all() noexcept;
  // Whether another descriptor holds the node's byte.
  bool lives(std::uint64_t node) const;
  // The same for somebody who is no member, and changes nothing; true if the file cannot be looked at.
  static bool may_live(const std::string& database, std::uint64_t node) noexcept;

  // Throws store_failure (fenced) if the file is not at its path any more: a node that joins then locks another
  // one, sees nobody, and takes the shards. The fence keeps both from writing.
  void require_in_place() const;
  bool is_in_place() const noexcept;

  void count_join();
  std::uint64_t joins() const;

private:
  void require_ours() const;
  void give_to_writers_of(const struct stat& database, mode_t mode) const;
  bool try_lock(std::uint64_t byte);
  [[noreturn]] void throw_foreign(const std::string& what) const;
  [[noreturn]] void throw_unavailable(int error) const;

  std::string path_;
  int descriptor_ = -1;
  std::unique_ptr<detail::descriptor_at_home> at_home_;
};

}  // namespace duroxide::persistence::sqlite
