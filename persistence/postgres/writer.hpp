// The one writer of a journal lane.
#pragma once

#include "persistence/postgres/batch_encoding.hpp"
#include "persistence/postgres/epoch.hpp"
#include "persistence/postgres/store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace duroxide::persistence::postgres {

// Used by one thread at a time. When its connection is lost in the middle of a commit, nobody knows whether
// that was written; the next call finds out first: it raises its own epoch, which waits for the lost commit
// or defeats it, and then reads the number of the last one.
class writer final : public store_writer {
public:
  // Throws store_failure.
  static std::unique_ptr<writer> open(std::shared_ptr<store> opened, std::uint64_t node, std::uint32_t lane);

  stored<batch_receipt> commit(const commit_batch& batch) override;

private:
  struct problem_changes {
    std::vector<instance_problem> noted{};
    std::vector<std::string> ended{};  // instances
    std::vector<std::string> ended_by_turns{};
    bool empty() const noexcept { return noted.empty() && ended.empty() && ended_by_turns.empty(); }
    void add(const turn_commit& turn) {
      if (turn.ends_problem) ended_by_turns.push_back(turn.instance);
      if (turn.problem) noted.push_back(*turn.problem);
    }
  };

  writer(std::shared_ptr<store> opened, std::uint64_t node, std::uint32_t lane);

  std::optional<batch_answer> try_commit(const commit_batch& batch);
  batch_answer write(const commit_batch& batch);
  batch_writer encoded(const commit_batch& batch) const;
  batch_answer write_at_once(const commit_batch& batch);
  batch_answer write_one_by_one(const commit_batch& batch);
  turn_receipt write_turn(const turn_commit& turn);
  batch_answer write_rest(const commit_batch& rest);
  batch_answer write_rest_one_by_one(const commit_batch& rest);
  // Writes what `add` adds to a batch_writer, or throws rows_refused and writes nothing of it.
  template <class Add> batch_receipt write_one(Add add, wake_list& wake);
  batch_answer send(batch_writer& what, const problem_changes& problems);
  void moved();
  void resolve_doubt();
  void tell(const wake_list& woken);
  batch_author author() const;

  const std::shared_ptr<store> store_;
  const std::uint64_t node_;
  const std::uint32_t lane_;
  std::unique_ptr<connection> session_;  // none after it was lost
  std::uint64_t history_ = 0;            // that its node is of
  lane_position position_;
  // Of the present batch, if its turns are written one by one.
  std::vector<turn_receipt> written_;
  wake_list woken_;
};

}  // namespace duroxide::persistence::postgres
