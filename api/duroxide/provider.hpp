// The provider contract: what a store must do. Users pass providers to runtimes and clients; only authors of
// providers call or implement the classes declared here.
//
// A provider is a transactional store in which nodes own shards. It never creates events and knows nothing of what an
// orchestration means. Failures are values: a failed operation says whether it certainly had no
// effect.
//
// Instances that have the same id, one after another, are told apart by their lives (life.hpp).
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
#include "duroxide/shard.hpp"
#include "duroxide/store_writer.hpp"

#include <memory>
#include <string>

namespace duroxide {

// All roles of a store together. Any thread may call all members.
class provider : public instance_store, public inbox_store, public activity_store, public membership_store {
public:
  // A description for people, without secrets: "sqlite:orders.db".
  virtual std::string description() const = 0;

  virtual stored<std::unique_ptr<change_watch>> watch(watch_scope scope) = 0;

  // Valid as long as the provider lives.
  virtual store_administration& administration() = 0;
};

}  // namespace duroxide
