// Whether instances of a shard have been deleted while they were in memory, or while somebody waited for them.
#pragma once

#include "actors/node_context.hpp"
#include "actors/shard/messages.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::internal {

// One question at a time, for all of the shard: a deletion of something that runs is rare, and does not say of
// what. What the constructor is given must outlive this.
class deletion_check {
public:
  deletion_check(dispatcher_self::base& dispatcher, const context_ptr& context)
      : dispatcher_(dispatcher), context_(context) {}

  // Whether a question may be asked now; if not, the dispatcher is sent `find_deleted_atom` later.
  bool may_ask();
  void ask(std::vector<std::string> instances);
  // True if the answer says something. Asks again, a little later, if it does not, or if there is reason to.
  bool take(const lives_found& answer);

private:
  dispatcher_self::base& dispatcher_;
  const context_ptr& context_;
  bool is_asking_ = false;
  bool ask_again_ = false;
};

}  // namespace duroxide::internal
