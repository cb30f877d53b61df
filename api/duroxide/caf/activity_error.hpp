// The errors by which an actor fails the activity that it serves.
#pragma once

#include "duroxide/errors.hpp"

#include <caf/error.hpp>

#include <string>

namespace duroxide {

// Any caf::error that a worker answers with fails its activity, with category application, kind activity_failed and
// the worker's own text: what stands in the error's context, else the name of its code. These two say more. Any thread
// may call them; they can be sent to other processes, if both systems were configured (duroxide/caf/configuration.hpp).

// No further attempt would mend it: a retry policy gives up at once.
caf::error make_final_error(std::string message);

// All of the details, but for the category, which is always application, and for the source, which is the activity if
// it is empty. Texts that are too long are cut (see error_details).
caf::error make_activity_error(error_details details);

}  // namespace duroxide
