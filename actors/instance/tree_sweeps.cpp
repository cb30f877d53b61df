#include "actors/instance/tree_sweeps.hpp"

#include "actors/node_context.hpp"
#include "actors/store/messages.hpp"

#include <caf/send.hpp>

#include <utility>

namespace duroxide::internal {

namespace {

constexpr std::chrono::seconds short_while{5};
constexpr std::size_t most_remembered = 1000;

// A step, and then the next one behind the questions that others have asked meanwhile.
ask_store step_of(weak_actor<store_executor_actor> store_executor, std::uint64_t root, std::string position) {
  return {
      [store_executor = std::move(store_executor), root, position = std::move(position)](provider& store) {
        auto next = store.cancel_tree(root, position, "the root of its tree has ended", wall_clock_now());
        if (!next || next->empty()) return;  // what is left is cancelled level by level
        store_executor.send(step_of(store_executor, root, *std::move(next)));
      }};
}

}  // namespace

void tree_sweeps::sweep(const std::shared_ptr<const node_context>& context, std::uint64_t root) {
  if (context->sweeps->begins(root, steady_now()))
    caf::anon_send(context->store_executor, step_of(context->store_executor, root, {}));
}

bool tree_sweeps::begins(std::uint64_t root, steady_time now) {
  const detail::lock_guard lock(mutex_);
  if (begun_.size() >= most_remembered)
    std::erase_if(begun_, [now](const auto& each) { return each.second + short_while <= now; });
  if (begun_.size() >= most_remembered) return false;
  const auto [found, is_new] = begun_.try_emplace(root, now);
  if (!is_new && found->second + short_while > now) return false;
  found->second = now;
  return true;
}

}  // namespace duroxide::internal
