// Activities that are scheduled and not finished, and the nodes that run them.
#pragma once

#include "duroxide/activity_state.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/stored_rows.hpp"
#include "duroxide/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// What a node asks for when it claims claimable activities: those that it has a handler for, whose tag it
// accepts, and, of those on a session, those whose session is its own or can become its own.
//
// Activities are ordered by the time at which they are due, then by the life of their instance; within one instance
// the oldest is first. The engine makes an activity due when its instance began, but not earlier than
// `limits::activity_precedence` before it was scheduled. So of many instances that were started together the
// first finish while the last still wait, and yet nothing waits for ever behind instances that began earlier and
// never end. At most `share` activities of one instance are claimed while others wait, however many it has.
// Workers take queued activities by the same rule.
//
// A session belongs to the node that claimed it last, as long as that node lives and the session is not idle:
// it is idle when none of its activities is held by its owner and it was last used (claimed, or one of its
// activities finished) longer than `session_idle_timeout` ago. After the death of its node, a session that was
// claimed with a `session_owner` is reserved for nodes with the same session_owner, until
// `session_lock_timeout` after its last use.
struct activity_claim {
  std::vector<std::string> names;
  bool untagged = true;           // accepts activities without a tag
  bool any_tag = false;           // accepts every tag
  std::vector<std::string> tags;  // accepts these tags
  std::size_t limit = 0;
  // At most so many of one instance, while others wait; 0: no limit but the one above.
  std::size_t share = 0;
  // Sessions with activities that this node holds count against max_sessions: others are claimed only
  // while there is room.
  std::size_t max_sessions = 0;
  std::string session_owner;  // a name that outlives the process; empty: none
  duration session_idle_timeout{};
  duration session_lock_timeout{};
  timestamp now{};
};

// The activities of all instances. Any thread may call; all members block for the time of a store access
// unless they say otherwise.
class activity_store {
public:
  activity_store() = default;
  activity_store(const activity_store&) = delete;
  activity_store& operator=(const activity_store&) = delete;
  virtual ~activity_store() = default;

  // Unfinished activities of `shards` that are held by the node, and claimable ones that nobody has claimed,
  // after `after` (none: from the beginning), in the order of life, execution and event: at most `limit`, and
  // not much more than limits::batch_bytes of inputs; none if there are no more. Ignores shards that are not
  // the node's.
  virtual stored<std::vector<stored_activity>> fetch_activities(std::uint64_t node,
                                                                const std::vector<std::uint32_t>& shards,
                                                                const std::optional<activity_key>& after,
                                                                std::size_t limit) = 0;
  // Makes `node` the owner of claimable activities that fit, at most `wanted.limit`, and not much more than
  // limits::batch_bytes of inputs, and returns them in the order in which they are to be run.
  virtual stored<std::vector<stored_activity>> claim_activities(std::uint64_t node,
                                                                const activity_claim& wanted) = 0;
  // Releases activities to any node that can run them: from now on they are claimable and have no owner; no crash is
  // counted. Ignores those that are not held by the node.
  virtual stored<void> release_activities(std::uint64_t node, const std::vector<activity_key>& keys) = 0;
  // Returns those of `keys` that the node no longer holds: they were cancelled, or taken away.
  virtual stored<std::vector<activity_key>> lost_activities(std::uint64_t node,
                                                            const std::vector<activity_key>& keys) = 0;
  // Whether a living member has a handler for the activity.
  virtual stored<bool> is_offered(const std::string& activity) = 0;
  // The unfinished activities of an instance, in key order; none if there is no such instance.
  virtual stored<std::vector<activity_state>> activities(const std::string& instance) = 0;
};

}  // namespace duroxide
