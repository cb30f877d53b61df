#include "duroxide/detail/shortened.hpp"

#include "duroxide/limits.hpp"

#include <utility>

namespace duroxide::detail {

std::string shortened(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::string mark = "... (cut, of " + std::to_string(text.size()) + " bytes)";
  std::size_t kept = limit - mark.size();
  const auto continues = [&](std::size_t position) {
    return (static_cast<unsigned char>(text[position]) & 0xc0) == 0x80;
  };
  for (int i = 0; i < 3 && kept > 0 && continues(kept); ++i) --kept;
  text.resize(kept);
  return text + mark;
}

error_details shortened(error_details why) {
  why.message = shortened(std::move(why.message), limits::error_text_bytes);
  why.source = shortened(std::move(why.source), limits::error_text_bytes);
  why.type = shortened(std::move(why.type), limits::error_type_bytes);
  why.stack = shortened(std::move(why.stack), limits::error_text_bytes);
  return why;
}

}  // namespace duroxide::detail
