#include "duroxide/detail/ensure.hpp"

#include <string>

namespace duroxide::detail {

void throw_broken_invariant(const char* promise, std::source_location where) {
  throw broken_invariant(std::string("broken invariant: ") + promise + " (" + where.file_name() + ":" +
                         std::to_string(where.line()) + ")");
}

}  // namespace duroxide::detail
