#include "duroxide/codec.hpp"

#include "duroxide/detail/read_json.hpp"

namespace duroxide::detail {

namespace {

// Enough of a payload to recognise it in a message, without printing all of it.
std::string excerpt(std::string_view text) {
  constexpr std::size_t shown = 60;
  return std::string(text.substr(0, shown)) + (text.size() > shown ? "..." : "");
}

}  // namespace

boost::json::value parse_json(std::string_view what, std::string_view text) {
  boost::json::error_code failed;
  std::size_t read = 0;
  boost::json::value parsed = read_json(text, failed, read);
  if (failed || read != text.size()) {
    throw configuration_error(error_kind::invalid_payload,
                              std::string(what) +
                                  " is not JSON: " + (failed ? failed.message() : std::string("extra text")) +
                                  " at byte " + std::to_string(read) + " of '" + excerpt(text) + "'");
  }
  return parsed;
}

void throw_wrong_type(std::string_view what, std::string_view text, std::string_view place,
                      std::string_view why) {
  std::string where = place.empty() ? "" : " at " + std::string(place);
  throw configuration_error(error_kind::invalid_payload, std::string(what) + " has the wrong type" + where +
                                                             " (" + std::string(why) + "): '" +
                                                             excerpt(text) + "'");
}

}  // namespace duroxide::detail
