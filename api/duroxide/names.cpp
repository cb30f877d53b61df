#include "duroxide/names.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/utf8.hpp"

#include <algorithm>
#include <string>

namespace duroxide {

void require_valid_id(std::string_view what, std::string_view id) {
  auto refuse = [&](const std::string& why) {
    throw configuration_error(error_kind::invalid_argument, std::string(what) + " " + why);
  };
  if (id.empty()) refuse("is empty; give it 1 to " + std::to_string(limits::id_bytes) + " bytes");
  if (id.size() > limits::id_bytes)
    refuse("has " + std::to_string(id.size()) + " bytes; the limit is " + std::to_string(limits::id_bytes));
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (auto at = std::ranges::find_if(id, is_control); at != id.end())
    refuse("contains a control character at byte " + std::to_string(at - id.begin()) + "; remove it");
  if (!is_utf8(id)) refuse("is not valid UTF-8");
}

}  // namespace duroxide
