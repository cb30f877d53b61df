// What is stored, as rows that hang on their instance: so nothing can belong to nobody. The columns are those
// of the other stores, and mean the same.
#pragma once

#include "duroxide/limits.hpp"
#include "duroxide/provider.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace duroxide::internal::simulated {

// Ids of nodes begin with 1.
inline constexpr std::uint64_t nobody = 0;

struct instance_row;

struct execution_row {
  runtime_status status = runtime_status::running;
  timestamp started_at{};
  std::optional<timestamp> ended_at{};
  std::optional<std::uint64_t> event_count{};  // once it has ended
  std::optional<error_details> error{};
  std::optional<std::string> output{};  // continued_as_new: the next input
  std::string input{};
};

struct message_row {
  message content;                    // with its id
  std::uint64_t delivered_under = 0;  // the tenure of its shard whose owner has it in memory
  timestamp sent_at{};
  std::int64_t place = 0;  // orders the messages of a queue, before their ids; below 0: given back
  std::uint32_t crash_count = 0;
  // Grows with every message that is put on a shard. One that is moved to another shard gets a new one, so
  // that a node that has looked through that shard before finds it.
  std::uint64_t sequence = 0;
  instance_row* receiver = nullptr;
};

struct activity_row {
  stored_activity what;     // without the orchestration and its version
  std::uint64_t owner = 0;  // the node that holds it
  bool finished = false;    // its outcome is in the inbox, nobody owns it
  timestamp visible_at{};
  std::optional<std::string> progress{};  // what its owner reported last
  std::optional<timestamp> progress_at{};
  instance_row* instance = nullptr;

  bool is_claimable() const { return what.claimable && owner == nobody && !finished; }
};

struct actor_row {
  actor_state state;
  timestamp updated_at{};
};

struct instance_row {
  using event_of_execution = std::pair<std::uint64_t, std::uint64_t>;

  std::uint64_t key = 0;  // the life; grows
  std::string id{};
  std::uint32_t shard = 0;
  std::string orchestration{};
  std::string version{};
  runtime_status status = runtime_status::pending;
  std::uint64_t execution = 1;  // the current one; its row holds output and error
  std::optional<parent_link> parent{};
  std::uint64_t root = 0;   // with a parent: the life of the root of its tree
  std::uint32_t depth = 0;  // below the root
  int history_format = limits::history_format;
  timestamp created_at{};
  timestamp updated_at{};
  std::uint64_t custom_status_version = 0;
  std::vector<label> labels{};  // by name
  std::optional<std::string> custom_status{};

  std::map<std::uint64_t, execution_row> executions{};
  std::map<std::uint64_t, std::vector<history_row>> history{};  // of each execution, in order
  std::map<std::string, kv_entry> kv{};
  std::optional<actor_row> actor{};
  std::map<std::uint64_t, message_row> inbox{};  // by id
  std::map<event_of_execution, activity_row> activities{};
  // Execution, source and id: a cancelled timer is found at once in a long inbox.
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> timers{};

  bool is_running() const { return !is_terminal(status); }
  // The inbox as its messages are to be taken.
  std::vector<const message_row*> messages_in_order() const {
    std::vector<const message_row*> all;
    for (const auto& [number, each] : inbox) all.push_back(&each);
    std::ranges::stable_sort(all, {}, &message_row::place);
    return all;
  }
  // The event that comes next in an execution (I6).
  std::uint64_t next_event(std::uint64_t number) const {
    const auto found = history.find(number);
    if (found == history.end() || found->second.empty()) return 1;
    return found->second.back().first_event_id + found->second.back().count;
  }
};

struct shard_row {
  std::uint64_t node = nobody;
  std::uint64_t tenure = 0;  // another one whenever it gets an owner
  bool after_crash = false;  // the last owner died, and did not leave
  std::map<std::uint64_t, message_row*> by_sequence{};
  std::map<std::pair<timestamp, std::uint64_t>, message_row*> by_time{};  // and id
};

struct node_row {
  node_offer offer;
  std::string state = "alive";  // alive, left, dead
  timestamp started_at{};
  timestamp last_seen_at{};
  node_load load{};
  std::uint64_t connection = 0;  // by which it joined
  bool is_silenced = false;      // its connection is gone: the node that looks next expires it
  std::uint64_t news_seen = 0;   // of the members

  bool is_alive() const { return state == "alive"; }
};

// A session belongs to `node`, which claimed it last, until it is idle. A free one needs no row. The rules
// stand in provider.hpp.
struct session_row {
  std::uint64_t node = nobody;
  std::string session_owner{};  // a name that outlives its process; empty: none
  timestamp last_used_at{};
};

struct probation_row {
  std::uint64_t node = nobody;
  probation_record record{};
};

}  // namespace duroxide::internal::simulated
