// The text of an exception that is not ours.
#pragma once

#include <exception>
#include <string>

namespace duroxide::detail {

// what(), or, where that is null, a sentence with the name that the compiler has for the type.
std::string text_of(const std::exception& thrown);

}  // namespace duroxide::detail
