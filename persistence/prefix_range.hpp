// Texts that begin with a prefix, as a range.
#pragma once

#include <optional>
#include <string>

namespace duroxide::persistence {

// The first text behind all that begin with `prefix`, in the order of their bytes, which is that of their
// characters: the last one is replaced by the next. None if there is no next one. REQUIRES: UTF-8.
std::optional<std::string> end_of_prefix(std::string prefix);

}  // namespace duroxide::persistence
