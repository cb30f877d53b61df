// The verbs of the HTTP door.
#pragma once

#include "api/cli/command_line.hpp"

#include <ostream>

namespace duroxide::cli {

// Serves a store until SIGINT or SIGTERM comes. Gives the exit code. Throws usage_error, and what opening a store and
// making a server throw.
int serve(const command_line& line, std::ostream& output, std::ostream& complaints);

// Prints a new token, with its line for the file of tokens. Throws usage_error.
int make_token(const command_line& line, std::ostream& output);

}  // namespace duroxide::cli
