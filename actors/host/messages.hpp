// What a node is told. These messages never leave the process.
#pragma once

#include "duroxide/errors.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/time.hpp"
#include "actors/messages.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace duroxide::internal {

// This incarnation may not write any more, or does not know what was written. After store_gone no other one
// can do so either.
struct lost_ownership {
  std::uint64_t node = 0;
  store_error why;
};

// `done` gets null, or why the node could not start.
struct start_node {
  std::function<void(std::shared_ptr<error_details>)> done;
};

// `limit` is for the activities that run, and once more for the turns that are under way.
struct stop_node {
  duration limit{};
  std::function<void()> done;
};

using node_actor = takes<start_node, stop_node, lost_ownership>;
// How often it has tried to join its store again.
using node_self = node_actor::extend<caf::reacts_to<wake_atom, std::uint32_t>>;

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::lost_ownership)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::start_node)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::stop_node)
