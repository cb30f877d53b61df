#include "duroxide/codec.hpp"

namespace duroxide::detail {

namespace {

// Enough of a payload to recognise it in a message, without printing all of it.
std::string excerpt(std::string_view text) {
  constexpr std::size_t shown = 60;
  return std::string(text.substr(0, shown)) + (text.size() > shown ? "..." : "");
}

}  // namespace

boost::json::value parse_json(std::string_view what, std::string_view text) {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;  // payloads are bytes; what is text is the user's business
  options.max_depth = 256;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code failed;
  std::size_t read = parser.write_some(text.data(), text.size(), failed);
  if (!failed && read == text.size()) parser.finish(failed);
  if (failed || read != text.size()) {
    throw configuration_error(error_kind::invalid_payload,
                              std::string(what) +
                                  " is not JSON: " + (failed ? failed.message() : std::string("extra text")) +
                                  " at byte " + std::to_string(read) + " of '" + excerpt(text) + "'");
  }
  return parser.release();
}

void throw_wrong_type(std::string_view what, std::string_view text, std::string_view place,
                      std::string_view why) {
  std::string where = place.empty() ? "" : " at " + std::string(place);
  throw configuration_error(error_kind::invalid_payload, std::string(what) + " has the wrong type" + where +
                                                             " (" + std::string(why) + "): '" +
                                                             excerpt(text) + "'");
}

}  // namespace duroxide::detail
