// Failures of this library as CAF errors, and CAF errors as failures of this library.
#pragma once

#include "duroxide/errors.hpp"

#include <caf/atom.hpp>
#include <caf/error.hpp>

#include <string>

namespace duroxide {

// The category of all errors that the actors of this library answer with. Their code is the number of their kind,
// counted from 1, and their context the error_details.
inline constexpr caf::atom_value caf_category = caf::atom("duroxide");

caf::error to_caf_error(const error_details& details);

// What an error says, without the words that CAF puts around it. An error of this library gives the details that it
// was made of. Of others, an actor that is gone gives infrastructure, runtime_stopped; a timeout timed_out; a message
// that its receiver does not understand configuration, invalid_argument; and whatever else kind `otherwise` of
// category application, with the text that it carries. Never throws but for want of memory.
error_details to_error_details(const caf::error& error, error_kind otherwise = error_kind::activity_failed);

// "timed_out: no answer came within 5000 ms".
std::string to_text(const error_details& details);

}  // namespace duroxide
