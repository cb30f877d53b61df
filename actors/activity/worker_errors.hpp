// What the errors of workers say: of actors that serve activities.
#pragma once

#include "duroxide/errors.hpp"

#include <caf/error.hpp>
#include <caf/fwd.hpp>

#include <string>

namespace duroxide::internal {

// Without what CAF writes around it: the texts of its context, else what its code is called.
std::string text_of_error(const caf::actor_system& system, const caf::error& error);

// The failure of `activity`, whose worker answered with `error`.
error_details failure_of_worker(const caf::actor_system& system, const caf::error& error,
                                const std::string& activity);

// The types of its parts, as "(int, std::string)".
std::string types_of_message(const caf::message& content);

}  // namespace duroxide::internal
