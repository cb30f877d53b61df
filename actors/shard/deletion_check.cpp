#include "actors/shard/deletion_check.hpp"

#include "actors/store/messages.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

// Of many deletions one after the other, not each is looked after by itself.
constexpr duration between_checks{100};

}  // namespace

bool deletion_check::may_ask() {
  ask_again_ = is_asking_;
  return !is_asking_;
}

void deletion_check::ask(std::vector<std::string> instances) {
  is_asking_ = true;
  auto look = [dispatcher = weak_actor<dispatcher_self>(&dispatcher_), instances = std::move(instances),
               asked_at = steady_now()](provider& store) {
    lives_found found{instances, {}, asked_at};
    if (!instances.empty())
      if (auto lives = store.lives(instances)) found.lives = *std::move(lives);
    dispatcher.send(std::move(found));
  };
  dispatcher_.send(context_->store_executor, ask_store{std::move(look)});
}

bool deletion_check::take(const lives_found& answer) {
  is_asking_ = false;
  const bool was_refused = answer.lives.size() != answer.instances.size();
  if (was_refused || std::exchange(ask_again_, false))
    dispatcher_.delayed_send(&dispatcher_, between_checks, find_deleted_atom::value);
  return !was_refused;
}

}  // namespace duroxide::internal
