#include "duroxide/detail/same_build.hpp"

namespace duroxide::detail {

#ifdef _GLIBCXX_DEBUG
extern const int the_library_must_be_built_with_GLIBCXX_DEBUG_like_this_program = 0;
#else
extern const int the_library_must_be_built_without_GLIBCXX_DEBUG_like_this_program = 0;
#endif

}  // namespace duroxide::detail
