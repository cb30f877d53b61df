// What an instance waits for, derived from its rows, the same for every store.
#pragma once

#include "duroxide/administration.hpp"
#include "duroxide/explanation.hpp"
#include "duroxide/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::persistence {

// An unfinished activity of the current execution, or one whose outcome is in the inbox.
struct activity_facts {
  std::uint64_t event_id = 0;
  bool is_claimable = false;  // by any node; others are held by the owner of the shard
  bool is_finished = false;
  bool has_progress = false;  // its holder has sent a heartbeat
  std::optional<node_reference> holder{};
  std::optional<node_reference> session_node{};  // that the session belongs to
  std::string session_owner{};                   // that the session is reserved for; empty: nobody
};

// Messages of one kind, source and name that no turn has taken, and that are due, or starts.
struct message_facts {
  message_kind kind = message_kind::start;
  std::uint64_t execution = 0;  // 0: whichever is current
  std::uint64_t source = 0;
  std::string name{};
  std::uint64_t count = 0;
  timestamp sent_at{};     // the first of them
  timestamp visible_at{};  // the first of them
};

struct offering_node {
  node_reference node;
  std::vector<std::string> activities;
};

// The rows as they are at one moment.
struct instance_facts {
  explanation told{};  // what its own row, its shard and its problem say
  timestamp now{};
  timestamp updated_at{};
  std::optional<timestamp> ended_at{};
  std::vector<history_event> open{};  // what open_waits finds
  std::vector<history_event> history{};
  std::vector<activity_facts> activities{};  // in the order of their events
  std::vector<message_facts> messages{};
  std::vector<offering_node> nodes{};  // that live; may be empty if every activity is held
  std::vector<other_instance> awaited{};
};

// Whether some activity waits for a node that takes it.
bool needs_offers(const instance_facts& facts);
// The ids of the children and durable actors that are waited for.
std::vector<std::string> awaited_ids(const std::vector<history_event>& open);
instance_state state_of(runtime_status status, const std::optional<instance_problem>& problem);

explanation explain_facts(instance_facts facts);

}  // namespace duroxide::persistence
