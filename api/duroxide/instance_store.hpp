// Instances and their histories: what is needed to run one, and what clients ask of one.
#pragma once

#include "duroxide/actor_rows.hpp"
#include "duroxide/kv.hpp"
#include "duroxide/life.hpp"
#include "duroxide/problem.hpp"
#include "duroxide/store_error.hpp"
#include "duroxide/stored_rows.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide {

// The processes that died while they ran an instance on probation.
struct probation_record {
  std::uint32_t crash_count = 0;
  std::string failures;  // a line each
};

// All that is needed to run an instance's next turn.
struct loaded_instance {
  std::string instance;
  life_number life = 0;
  std::uint32_t shard = 0;
  instance_status status;
  std::string input;  // of the current execution
  std::optional<parent_link> parent;
  std::uint64_t root = 0;  // with a parent: as it was started, if that is known
  std::uint32_t depth = 0;
  int history_format = 1;
  std::vector<history_row> history;  // of the current execution, in order
  // Visible or not, in order of arrival: one, or at most limits::batch_bytes of payloads. Messages of
  // queues are not among them (fetch_queue returns these), unless the history has format 1. What asks it to end, to
  // pause or to go on (duroxide/detail/pause_signal.hpp) is there in any case.
  std::vector<message> inbox;
  bool more_in_inbox = false;  // behind those: fetch_inbox returns them
  // Scheduled and not finished, claimable ones included, in the order of their event ids. Once their inputs reach
  // limits::batch_bytes, the inputs of the rest are left out, except those of activities whose name begins with
  // "duroxide::".
  std::vector<stored_activity> activities;
  // Only if it is asked to go back in its history: the event ids of those whose outcomes are in the inbox.
  std::vector<std::uint64_t> answered_activities{};
  std::vector<std::string> children;  // instance ids of sub-orchestrations that have not ended
  probation_record probation;
  bool has_problem = false;  // of the kinds in problem.hpp
  // The problem, if it is that. The inbox has then only what a paused instance takes: what asks it to end, to pause or
  // to go on.
  std::optional<instance_problem> pause{};
  std::optional<actor_state> actor;  // of a durable actor that has had a turn
};

// What a client waits for besides the end of an instance.
struct awaited_instance {
  std::string instance;
  life_number life = 0;  // which of the instances that had this id; 0: the one that is there
  std::optional<std::uint64_t> after_custom_status;  // a custom status with a greater version
  std::optional<std::string> kv_key;                 // this key
  std::optional<std::string> command_id{};           // an answer to this command, and nothing else
};

// The instances of a store. Any thread may call; all members block for the time of a store access unless they
// say otherwise.
class instance_store {
public:
  instance_store() = default;
  instance_store(const instance_store&) = delete;
  instance_store& operator=(const instance_store&) = delete;
  virtual ~instance_store() = default;

  // The format of new histories: the newest that every living node can read.
  virtual int history_format() const { return limits::history_format; }

  virtual stored<std::optional<loaded_instance>> load(const std::string& instance) = 0;
  virtual stored<instance_status> status(const std::string& instance) = 0;
  // The positions of those of `waits` whose instance has ended, has what is waited for, or no longer exists: one
  // query, however many there are.
  virtual stored<std::vector<std::size_t>> satisfied_waits(const std::vector<awaited_instance>& waits) = 0;
  // The life of each of these instances, 0 for one that does not exist: one query.
  virtual stored<std::vector<std::uint64_t>> lives(const std::vector<std::string>& instances) = 0;
  // A number that has changed if instances that ran have been deleted since the last call, as far as this process
  // can know; a watch on `others` wakes for it.
  virtual stored<std::uint64_t> deletions() = 0;
  // The instance's store, in key order, or (`key` given) that entry of it; empty if there is none.
  virtual stored<std::vector<kv_entry>> kv(const std::string& instance,
                                           const std::optional<std::string>& key) = 0;
  // The state of a durable actor; none if there is no such actor, or if it has had no turn.
  virtual stored<std::optional<actor_state>> actor(const std::string& instance) = 0;
  // The answer to a command, if there is one, whether or not the actor is still there.
  virtual stored<std::optional<kept_answer>> answer(const std::string& instance,
                                                    const std::string& command_id) = 0;
  // Deletes answers that were made before this time, at most so many; gives how many that were.
  virtual stored<std::size_t> forget_answers(timestamp before, std::size_t limit) = 0;
  // Packed events of one execution (0: the current one), in order.
  virtual stored<std::vector<history_row>> history(const std::string& instance, std::uint64_t execution) = 0;

  // For clients without a runtime, durable on return. True if started, false if the instance exists. With
  // replace_terminal, an instance that has ended, and whose sub-orchestrations have all ended, is deleted
  // first, with them, in the same transaction; the numbers of its executions continue.
  virtual stored<bool> start(const instance_start& what, bool replace_terminal = false) = 0;
  // Sends a cancel message to some running members of the tree of a root (a life) that no longer runs, parents
  // first; returns the position to continue from, empty at the end. Without it they are cancelled level by level.
  virtual stored<std::string> cancel_tree(std::uint64_t, const std::string&, const std::string&, timestamp) {
    return std::string();
  }
};

}  // namespace duroxide
