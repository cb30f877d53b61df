// A commit batch as the arguments of the schema's function commit_batch, and its answer.
#pragma once

#include "duroxide/provider.hpp"
#include "persistence/postgres/schema.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace duroxide::persistence::postgres {

// Who writes. A client that is no node has node 0, and epoch 0, which passes no fence.
struct batch_author {
  std::uint64_t node = 0;
  std::uint32_t lane = 0;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
};

// Whom the batch concerns beside its author.
struct wake_list {
  std::vector<std::int64_t> nodes;
  bool all = false;

  bool empty() const noexcept { return nodes.empty() && !all; }
  void add(const wake_list& more);
};

struct batch_answer {
  batch_receipt receipt;
  wake_list wake;
};

// Collects what is to be written; `write` sends it in one round trip.
class batch_writer {
public:
  batch_writer(const row_types& types, std::uint32_t shard_count);

  void add(const turn_commit& turn);
  void add(const client_post& post);
  void add(const claimed_outcome& done);
  void add(const activity_progress& said);
  void add_trials(const commit_batch& batch);
  void add_discarded(const std::vector<std::uint64_t>& message_ids) { discarded_ = message_ids; }
  // A start by a client; its executions are counted from `execution`.
  void add_start(const instance_start& what, std::uint64_t execution = 1);

  // Throws store_failure: fenced, rows_refused, and what the connection throws.
  batch_answer write(connection& on, const batch_author& author);

private:
  void add_state(const turn_commit& turn, std::int32_t number);
  void add_history(const turn_commit& turn, std::int32_t number);
  void add_execution(const turn_commit& turn, std::int32_t number);
  void add_activities(const turn_commit& turn, std::int32_t number);
  void add_kv(const turn_commit& turn, std::int32_t number);
  std::size_t add_message(const outgoing_message& what, std::int32_t turn, timestamp sent_at,
                          std::int32_t if_started = 0, std::int32_t if_accepted = 0);
  void add_instance(row_array& to, const instance_start& what, const instance_update& state,
                    std::int32_t turn, std::uint64_t execution, std::uint64_t next_event_id);
  batch_receipt receipt_from(const std::vector<std::int64_t>& turns,
                             const std::vector<std::int64_t>& ids) const;

  const std::uint32_t shard_count_;
  row_array turns_, created_, events_, begun_, ended_, consumed_, finished_, cancelled_, timers_, scheduled_,
      kv_writes_, started_, outcomes_, messages_, progress_;
  std::vector<std::uint64_t> discarded_;
  std::vector<std::string> begun_trials_;
  std::vector<std::string> ended_trials_;

  // Where in the answer the parts of each receipt are.
  struct start_place {
    std::size_t start_message = 0;
    std::optional<std::size_t> if_exists;
    bool started = false;
  };
  struct turn_places {
    std::vector<std::size_t> messages;
    std::size_t first_start = 0;
    std::size_t starts = 0;
    std::optional<std::size_t> begin;
  };
  std::vector<turn_places> turn_places_;
  std::vector<start_place> starts_;
  std::vector<std::size_t> client_starts_;  // places in `starts_`
  std::vector<std::size_t> post_places_;
  std::vector<std::size_t> outcome_places_;
};

}  // namespace duroxide::persistence::postgres
