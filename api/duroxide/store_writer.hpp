// The interface that writes batches.
#pragma once

#include "duroxide/commit_batch.hpp"
#include "duroxide/store_error.hpp"

namespace duroxide {

// The one writer of a journal lane. Used by one thread.
class store_writer {
public:
  virtual ~store_writer() = default;

  // Writes the batch in one transaction, together with the fence: no turn of a writer whose epoch is over is
  // ever written (I3). A turn that cannot be written for its own reasons (turn_outcome) does not disturb the
  // others, nor does a start, a message or a progress that the store cannot take; a batch that has one may be
  // written in several transactions, a turn never (I1).
  virtual stored<batch_receipt> commit(const commit_batch& batch) = 0;
};

}  // namespace duroxide
