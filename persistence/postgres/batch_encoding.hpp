// A commit batch as the arguments of the schema's function commit_batch_v9 (functions.sql), and its answer.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/schema.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace duroxide::persistence::postgres {

// The writer of a batch. A client that is no node has node 0, and epoch 0, which passes no fence.
struct batch_author {
  std::uint64_t node = 0;
  std::uint32_t lane = 0;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
};

// The nodes that the batch concerns beside its author.
struct wake_list {
  std::vector<std::int64_t> nodes;
  bool all = false;
  bool deleted = false;  // an instance that ran

  bool empty() const noexcept { return nodes.empty() && !all; }
  void add(const wake_list& more);
};

struct batch_answer {
  batch_receipt receipt;
  wake_list wake;
};

// The rows that a batch writes, by the type of the schema that holds each.
struct batch_rows {
  // Throws store_failure if the schema lacks one.
  explicit batch_rows(const row_types& types);

  row_array turns, created, events, begun, ended, consumed, finished, cancelled, timers, scheduled, kv_writes,
      outcomes, messages, progress, states, answers, journals, destroyed;
};

// Collects what is to be written; `write` sends it in one round trip.
class batch_writer {
public:
  // `history_format`: of instances that are started without one.
  batch_writer(const row_types& types, std::uint32_t shard_count, int history_format);

  void add(const turn_commit& turn);
  void add(const client_post& post);
  void add(const claimed_outcome& done);
  void add(const activity_progress& progress);
  void add_probations(const commit_batch& batch);
  void add_discarded(const std::vector<std::uint64_t>& message_ids) { discarded_ = message_ids; }
  // A start by a client.
  void add_start(const instance_start& what);

  // Throws store_failure: fenced, rows_refused, and what the connection throws.
  batch_answer write(connection& db, const batch_author& author);
  // For a batch that is one start by a client: an instance of its id that has ended is deleted in the same
  // transaction, and its executions are counted on.
  batch_answer write_replacing(connection& db);

private:
  void add_state(const turn_commit& turn, std::int32_t number);
  void add_history(const turn_commit& turn, std::int32_t number);
  void add_execution(const turn_commit& turn, std::int32_t number);
  void add_activities(const turn_commit& turn, std::int32_t number);
  void add_kv(const turn_commit& turn, std::int32_t number);
  void add_actor(const turn_commit& turn, std::int32_t number);
  // What a message depends on, and its receiver; see new_message_v9 in functions.sql.
  struct addressing {
    std::int32_t turn = 0;
    std::int32_t target = 0;
    std::int64_t place = 0;
    std::int32_t if_created = 0;
    std::int32_t if_accepted = 0;
  };
  std::size_t add_message(const outgoing_message& what, timestamp sent_at, const addressing& address);
  // A message that a turn sends, to any instance.
  std::size_t add_message(const outgoing_message& what, const turn_commit& turn, addressing address);
  void give_back(const queued_message& what, const turn_commit& turn, std::int32_t number);
  // Where a child's root is said; see new_instance_v9 in functions.sql.
  struct tree_place {
    std::uint64_t root = 0;
    std::int32_t starter = 0;
  };
  tree_place place_in_tree(const instance_start& what, const turn_commit& starter);
  // The position of the instance, which is new.
  std::int32_t add_instance(const instance_start& what, const instance_update& state, std::int32_t turn,
                            std::uint64_t execution, std::uint64_t next_event_id, const tree_place& tree,
                            bool is_actor = false);
  // The position among the targets.
  std::int32_t target(const std::string& instance);
  void add_ended(const turn_commit& turn);
  // It is made if it is not there, as a durable actor of this orchestration.
  void add_creation(std::int32_t target, const std::string& orchestration, timestamp now);
  row_array encoded_targets() const;
  batch_answer answer_from(row_cursor row, const batch_author& author);
  batch_receipt receipt_from(const std::vector<std::int64_t>& lives,
                             const std::vector<std::int64_t>& ids) const;

  const row_types& types_;
  const std::uint32_t shard_count_;
  const int history_format_;
  batch_rows rows_;
  std::int32_t existing_ = 0;  // turns that create no instance
  bool without_life_ = false;
  std::int32_t created_by_turn_ = 0;  // the position of the last turn's instance, if it is new
  std::vector<std::uint64_t> roots_;  // of what is started, each once
  std::vector<std::uint64_t> discarded_;
  std::string label_changes_;                    // as add_label_changes writes them
  std::vector<std::uint64_t> begun_probations_;  // positions of targets
  std::vector<std::string> ended_probations_;

  struct written_target {
    std::string instance;
    bool ends = false;
    bool destroyed = false;
    std::optional<std::string> creates{};
    timestamp created_at{};
  };
  std::vector<written_target> targets_;
  std::unordered_map<std::string, std::int32_t> target_positions_;

  // Where in the answer the parts of each receipt are.
  struct start_place {
    std::int32_t created = 0;
    std::size_t start_message = 0;
    std::optional<std::size_t> if_exists;
    std::uint64_t life = 0;  // 0: it was not started
  };
  struct turn_places {
    std::vector<std::size_t> messages;
    std::size_t first_start = 0;
    std::size_t starts = 0;
    std::optional<std::size_t> begin;
  };
  struct receipt_places {
    std::vector<turn_places> turns;
    std::vector<start_place> starts;
    std::vector<std::size_t> client_starts;  // places in `starts`
    std::vector<std::size_t> posts;
    std::vector<std::size_t> outcomes;
  };
  receipt_places places_;
};

}  // namespace duroxide::persistence::postgres
