#include "actors/shard/shard_waits.hpp"

#include "actors/client/local_client.hpp"
#include "actors/cluster/awaited_starts.hpp"
#include "actors/store/messages.hpp"

#include <utility>

namespace duroxide::internal {

// A resident instance tells when it ends; everything else must be looked up.
void shard_waits::add(wait_here request, bool is_in_memory, std::uint64_t ended_life) {
  const wait_request what = request.what;
  const auto waiter = list_.add(std::move(request.what), std::move(request.done), ended_life);
  if (what.taken_back.stop_possible())
    list_.on_taking_back(waiter, [dispatcher = weak_actor<dispatcher_self>(&dispatcher_), waiter] {
      dispatcher.send(taken_back_atom::value, waiter);
    });
  const bool is_for_start = waits_for_start(what);
  if (is_for_start) list_.hold_until_found(waiter, context_->awaited->add(what.instance));
  const bool is_for_end = !what.after_custom_status && !what.kv_key;
  if (!is_for_end || !is_in_memory || ended_life != 0 || is_for_start) look_up(waiter, what);
}

void shard_waits::look_up(const std::string& instance) {
  for (const auto waiter : list_.waiting_for(instance)) look_up(waiter, list_.request_of(waiter));
}

void shard_waits::look_up_start(const std::string& instance) {
  for (const auto waiter : list_.waiting_for_start_of(instance)) look_up(waiter, list_.request_of(waiter));
}

void shard_waits::look_up(waiter_list::number waiter, const wait_request& what) {
  auto look = [dispatcher = weak_actor<dispatcher_self>(&dispatcher_), waiter, what,
               asked_at = steady_now()](provider& store) {
    status_known known{waiter, what.instance, asked_at, store.status(what.instance)};
    if (what.kv_key)
      if (auto found = store.kv(what.instance, what.kv_key)) known.has_key = !found->empty();
    dispatcher.send(std::move(known));
  };
  dispatcher_.send(context_->store_executor, ask_store{std::move(look)});
}

void shard_waits::found(const status_known& answer, bool is_being_created) {
  if (!answer.status) return list_.fail_one(answer.waiter, answer.status.error().details());
  if (is_being_created) return;
  list_.look_found(answer.waiter, *answer.status, answer.has_key);
}

waiter_list::successor shard_waits::to_client() const {
  return [client = context_->client](wait_request what, reply<instance_status> answer) {
    client->wait(std::move(what), std::move(answer));
  };
}

void shard_waits::hand_over(const std::string& instance) {
  list_.hand_over(instance, steady_now(), to_client());
}

void shard_waits::hand_over_all() { list_.hand_over_all(steady_now(), to_client()); }

}  // namespace duroxide::internal
