// Stores that are used on the wrong side of a fork.
#pragma once

#include "duroxide/detail/process.hpp"
#include "persistence/store_failure.hpp"

namespace duroxide::persistence {

using detail::home_process;

// Throws store_failure (broken, invalid_argument) in the child of a fork. Comes before any mutex: a thread
// that is not there may hold it.
inline void require_home(const home_process& home) {
  if (home.is_elsewhere())
    throw store_failure(commit_certainty::broken, error_kind::invalid_argument, home.refusal("the store"));
}

}  // namespace duroxide::persistence
