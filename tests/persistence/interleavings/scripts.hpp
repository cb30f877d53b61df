// The SQL of the interleavings, which lies in files.
#pragma once

#include <string>

namespace duroxide::interleavings {

// A file below tests/persistence. Throws std::runtime_error.
std::string script(const std::string& name);

// The view stage_questions with all questions of a verification, so that asking them is one statement.
// `create`: "create view", or "create temp view".
std::string view_of_questions(const std::string& create);

}  // namespace duroxide::interleavings
