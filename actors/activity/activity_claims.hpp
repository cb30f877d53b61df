// What this node claims of the activities that any node may run.
#pragma once

#include "actors/activity/activity_table.hpp"
#include "actors/activity/asynchronous_line.hpp"
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
  activity_claims(activity_pool_self::base& pool, const context_ptr& context, const activity_table& table,
                  const asynchronous_line& places)
      : pool_(pool), context_(context), table_(table), places_(places) {}

  // There may be something new in the store.
  void check_store();
  void check_store_again();
  // The same, but it is not worth a question of its own: what a session kept from being claimed may be free, or
  // this node has given something away.
  void note_unseen() noexcept { unseen_ = {true, true}; }
  // Asks, if there is reason to and room.
  void ask();
  // The store has answered.
  void note(const activities_claimed& answer);
  // Nothing is claimed from here on.
  void stop() noexcept { stopped_ = true; }

private:
  // Activities that block a worker, and asynchronous ones, which do not wait for one another.
  struct kinds {
    bool blocking = false;
    bool asynchronous = false;
  };
  struct free_room {
    std::size_t on_workers = 0;
    std::size_t asynchronous = 0;
  };

  free_room room() const;
  kinds next_question(const free_room& free) const;
  activity_claim claim_for(const kinds& wanted, const free_room& free) const;
  void adapt_to_pace();
  void look_later();
  void ask_for_lost();

  activity_pool_self::base& pool_;
  const context_ptr& context_;
  const activity_table& table_;
  const asynchronous_line& places_;
  std::size_t worked_off_soon_ = 0;  // how many may be on workers, if that is more than their own need
  steady_time last_full_claim_{};
  bool is_asking_ = false;
  kinds asked_;   // by the question that is open
  kinds unseen_;  // of which there may be something in the store
  bool will_look_ = false;
  bool stopped_ = false;
};

// Gives activities of this node back to the store, for any node that can run them. Does not block.
void release_activities(activity_pool_self::base& pool, const node_context& context,
                        std::vector<activity_key> keys);
// The same for many of them, so that no question keeps the store for long.
void release_in_parts(activity_pool_self::base& pool, const node_context& context,
                      std::vector<activity_key> keys);

}  // namespace duroxide::internal
