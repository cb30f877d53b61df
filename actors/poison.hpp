// What is failed because it could not be run, or killed its processes, too often.
#pragma once

#include "duroxide/options.hpp"
#include "duroxide/provider.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace duroxide::internal {

// An instance that could not be run: these are its failures, in a row. One that fails so many times
// (runtime_options::max_failed_attempts) is given up.
error_details poisoned_by_failures(const std::string& instance, const std::vector<std::string>& failures);

// Whether an instance has been run by so many processes that died, each time on probation but for the first,
// that it is not run again (runtime_options::max_crashes).
bool has_killed_too_often(const loaded_instance& stored, const runtime_options& options);
error_details poisoned_by_crashes(const loaded_instance& stored);

// An activity that so many processes ran and died of (runtime_options::max_crashes).
error_details poisoned_by_crashes(const stored_activity& activity);

// An activity without a handler, after so many attempts (runtime_options::max_failed_attempts).
error_details poisoned_without_handler(const std::string& activity, std::uint32_t attempts);

}  // namespace duroxide::internal
