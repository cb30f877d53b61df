#include "duroxide/detail/exception_text.hpp"

#include <typeinfo>

namespace duroxide::detail {

std::string text_of(const std::exception& thrown) {
  if (const char* text = thrown.what()) return text;
  return "an exception of type " + std::string(typeid(thrown).name()) + ", whose what() is null";
}

}  // namespace duroxide::detail
