// Making every call that a working day makes to the disk fail, one at a time.
#pragma once

#include "tests/persistence/sqlite/faults/observing.hpp"

#include <functional>

namespace duroxide::persistence_tests {

// Does the working day in rounds. In round n the n-th such call of each step fails, with `code`; after the
// step has said so, it is done again, and must succeed. There are as many rounds as the step with the most
// calls has of them. A failure must be true: with not_done nothing of the step is there, with unknown all or
// nothing, whether the process goes on, is killed, or the power is cut. `judge` is asked about each failure
// besides.
void interrupt_every_call(faulty_disk& disk, const disk_fault& fault,
                          const std::function<void(const store_error&)>& judge);

}  // namespace duroxide::persistence_tests
