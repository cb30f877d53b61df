#include "duroxide/names.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/utf8.hpp"

#include <algorithm>
#include <string>

namespace duroxide {

namespace {

[[noreturn]] void refuse(std::string_view what, const std::string& why) {
  throw configuration_error(error_kind::invalid_argument, std::string(what) + " " + why);
}

void require_legal_characters(std::string_view what, std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (const auto control = std::ranges::find_if(text, is_control); control != text.end())
    refuse(what,
           "contains a control character at byte " + std::to_string(control - text.begin()) + "; remove it");
  if (!is_utf8(text)) refuse(what, "is not valid UTF-8");
}

void require_something(std::string_view what, std::string_view text) {
  if (text.empty()) refuse(what, "is empty; give it 1 to " + std::to_string(limits::id_bytes) + " bytes");
}

// What is in front of "::sub::7" or "::sub::2::7", as often as it is there, of an id that is too long.
std::string_view given_by_users(std::string_view id) {
  constexpr std::string_view mark = "::sub::";
  while (id.size() > limits::id_bytes) {
    const std::size_t found = id.rfind(mark);
    if (found == id.npos) break;
    const std::string_view numbers = id.substr(found + mark.size());
    if (numbers.empty() || numbers.find_first_not_of("0123456789:") != numbers.npos) break;
    id = id.substr(0, found);
  }
  return id;
}

}  // namespace

void require_valid_id(std::string_view what, std::string_view id) {
  require_something(what, id);
  if (id.size() > limits::id_bytes)
    refuse(what,
           "has " + std::to_string(id.size()) + " bytes; the limit is " + std::to_string(limits::id_bytes));
  require_legal_characters(what, id);
}

void require_instance_id(std::string_view id) {
  require_valid_id("instance id", id);
  if (detail::is_actor_id(id))
    throw configuration_error(error_kind::invalid_argument,
                              "'" + std::string(id) +
                                  "' is the id of a durable actor; an orchestration needs another one");
}

void require_stored_id(std::string_view what, std::string_view id) {
  require_valid_id(what, given_by_users(id));
}

void require_id_prefix(std::string_view what, std::string_view prefix) {
  require_something(what, prefix);
  require_legal_characters(what, prefix);
}

}  // namespace duroxide
