// The writer of a journal lane.
#pragma once

#include "persistence/simulated/core.hpp"

#include <cstdint>
#include <memory>

namespace duroxide::internal::simulated {

// Writes as long as its epoch is the one of its lane (I3). Used by one thread.
class writer final : public store_writer {
public:
  // Ends the epoch of the lane's writer before. Throws store_failure (fenced) if the node is not a member.
  static std::unique_ptr<writer> open(tables& rows, std::shared_ptr<core> store, std::uint64_t node,
                                      std::uint32_t lane);

  stored<batch_receipt> commit(const commit_batch& batch) override;

private:
  writer(std::shared_ptr<core> store, std::uint64_t node, std::uint32_t lane, std::uint64_t epoch)
      : store_(std::move(store)), node_(node), lane_(lane), epoch_(epoch) {}

  batch_receipt write(tables& rows, news& concerned, const commit_batch& batch) const;

  const std::shared_ptr<core> store_;
  const std::uint64_t node_;
  const std::uint32_t lane_;
  const std::uint64_t epoch_;
};

}  // namespace duroxide::internal::simulated
