// What this node claims of the activities that any node may run.
#pragma once

#include "actors/activity/activity_table.hpp"
#include "actors/activity/messages.hpp"
#include "actors/clock.hpp"
#include "actors/node_context.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstddef>

namespace duroxide::internal {

// How long the pool waits before it asks for something again.
inline constexpr duration before_next_claim = std::chrono::seconds(1);

// Asks the store for activities while there is room for them, and for those that this node has lost. The
// answers come to the pool. One question is open at a time; the store is asked again when there may be
// something new, and when there is room again. What the constructor is given must outlive this.
class activity_claims {
public:
  activity_claims(activity_pool_self::base& pool, const context_ptr& context, const activity_table& table)
      : pool_(pool), context_(context), table_(table) {}

  // There may be something new in the store.
  void check_store();
  void check_store_again();
  // The same, but it is not worth a question of its own: what a session kept from being claimed may be free.
  void note_session_end() noexcept { is_unseen_ = true; }
  // Asks, if there is reason to and room.
  void ask();
  // The store has answered.
  void note(const activities_claimed& answer);
  // Nothing is claimed from here on.
  void stop() noexcept { stopped_ = true; }

private:
  std::size_t room() const;
  void adapt_to_pace();
  void look_later();
  void ask_for_lost();

  activity_pool_self::base& pool_;
  const context_ptr& context_;
  const activity_table& table_;
  std::size_t worked_off_soon_ = 0;  // how many may be on workers, if that is more than their own need
  steady_time last_full_claim_{};
  bool is_asking_ = false;
  bool is_unseen_ = false;  // there may be something in the store
  bool will_look_ = false;
  bool stopped_ = false;
};

// Gives activities of this node back to the store, for any node that can run them. Does not block.
void release_activities(activity_pool_self::base& pool, const node_context& context,
                        std::vector<activity_key> keys);

}  // namespace duroxide::internal
