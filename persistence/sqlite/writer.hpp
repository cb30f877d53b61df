// The journal's side of the store: group commit under a fence.
#pragma once

#include "persistence/sqlite/epoch.hpp"
#include "persistence/sqlite/sending.hpp"
#include "persistence/sqlite/store.hpp"

#include <memory>
#include <optional>

namespace duroxide::persistence::sqlite {

class writer final : public store_writer {
public:
  // Opens the lane with a new epoch, which fences its writers before. Throws store_failure (fenced) if the
  // node is not alive.
  static std::unique_ptr<writer> open(std::shared_ptr<store> opened, writer_lane lane);

  stored<batch_receipt> commit(const commit_batch& batch) override;

private:
  enum class isolation : std::uint8_t { none, savepoints };

  writer(std::shared_ptr<store> opened, writer_lane lane);

  batch_receipt commit_on(database& db, const commit_batch& batch);
  // Nothing if something was refused that could not be left out or undone alone.
  std::optional<batch_receipt> try_commit(database& db, const commit_batch& batch, isolation turns);
  void write_rest(database& db, const commit_batch& batch, isolation mode, batch_receipt& receipt);
  template <class Write> std::string write_one(database& db, isolation mode, Write write);
  std::optional<turn_receipt> write_turn(database& db, const turn_commit& turn, isolation mode);

  const std::shared_ptr<store> store_;
  const writer_lane lane_;
  const writing_context context_;
  lane_position position_;
  // Whether the last batch left something for other nodes of this process: their watches pass over what the
  // process wrote itself.
  bool for_others_ = false;
};

}  // namespace duroxide::persistence::sqlite
