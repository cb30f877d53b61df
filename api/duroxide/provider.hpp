// The provider contract: what a store must do. Users pass providers to runtimes and clients; only authors of
// providers call or implement what is in here.
//
// A provider is a transactional store with owners. It never creates events and knows nothing of what an
// orchestration means. Failures are values: an operation that does not give what was asked for says what is
// certain about its effect.
//
// An instance id may be used again: after a deletion, and when an instance that has ended is replaced. Each
// time is another *life*, a number that the store gives and never uses again. Messages and activities belong
// to the life that they were accepted for, through continue-as-new, relocation and import, and never outlive
// it: nothing that was for one instance comes to a later one of that id.
//
// What a store does is divided by role, each in a header of its own: instance_store.hpp, inbox_store.hpp,
// activity_store.hpp, membership.hpp, store_writer.hpp and administration.hpp.
#pragma once

#include "duroxide/activity_store.hpp"
#include "duroxide/administration.hpp"
#include "duroxide/change_watch.hpp"
#include "duroxide/inbox_store.hpp"
#include "duroxide/instance_store.hpp"
#include "duroxide/membership.hpp"
#include "duroxide/store_writer.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace duroxide {

// All roles of a store together. Any thread may call all members.
class provider : public instance_store, public inbox_store, public activity_store, public membership_store {
public:
  // For people, without secrets: "sqlite:orders.db".
  virtual std::string description() const = 0;

  virtual stored<std::unique_ptr<change_watch>> watch(watch_scope scope) = 0;

  // As long as the provider lives.
  virtual store_administration& administration() = 0;
};

// The shard of a new instance: a stable hash of its id (FNV-1a, 64 bits). It is stored with the instance.
std::uint32_t shard_of(const std::string& instance, std::uint32_t shard_count);

}  // namespace duroxide
