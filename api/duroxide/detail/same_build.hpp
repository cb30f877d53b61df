// Holds programs and the library to one layout of the standard library's types.
#pragma once

#include <vector>

namespace duroxide::detail {

// With _GLIBCXX_DEBUG, containers have other sizes, and a program that has it set would read wrong memory of
// a library that has not. The library defines the one of these that it was built with, so the linker says
// what is wrong: it names the one that the program wants.
#ifdef _GLIBCXX_DEBUG
extern const int the_library_must_be_built_with_GLIBCXX_DEBUG_like_this_program;
[[gnu::used]] inline const int* const same_build =
    &the_library_must_be_built_with_GLIBCXX_DEBUG_like_this_program;
#else
extern const int the_library_must_be_built_without_GLIBCXX_DEBUG_like_this_program;
[[gnu::used]] inline const int* const same_build =
    &the_library_must_be_built_without_GLIBCXX_DEBUG_like_this_program;
#endif

}  // namespace duroxide::detail
