#include "duroxide/codec.hpp"

#include "duroxide/detail/payload_depth.hpp"
#include "duroxide/detail/read_json.hpp"
#include "duroxide/limits.hpp"

#include <cmath>
#include <optional>

namespace duroxide::detail {

namespace {

// Enough of a payload to recognise it in a message, without printing all of it.
std::string excerpt(std::string_view text) {
  constexpr std::size_t shown = 60;
  return std::string(text.substr(0, shown)) + (text.size() > shown ? "..." : "");
}

std::string why_not_read(const boost::json::error_code& failed) {
  if (!failed) return "extra text";
  if (failed != boost::json::error::too_deep) return failed.message();
  return "it is nested deeper than " + std::to_string(limits::payload_depth) +
         " arrays and objects (limits::payload_depth)";
}

// Where the first number is that JSON cannot write, as a JSON pointer (RFC 6901) that ends with the number.
std::optional<std::string> not_finite_in(const boost::json::value& value) {
  if (const auto* number = value.if_double(); number && !std::isfinite(*number))
    return std::string(": ") + (std::isnan(*number) ? "NaN" : *number > 0 ? "infinity" : "-infinity");
  const auto below = [](auto step, const boost::json::value& part) {
    auto found = not_finite_in(part);
    if (found) found->insert(0, "/" + std::string(step()));
    return found;
  };
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      if (auto found = below([&] { return member.key(); }, member.value())) return found;
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if (auto found = below([i] { return std::to_string(i); }, (*array)[i])) return found;
  }
  return std::nullopt;
}

}  // namespace

// Boost.JSON writes what is not finite as something else: as words that it does not read again, or, since
// version 1.83, as null and as a very large number.
std::string write_json(const boost::json::value& value) {
  std::string text = boost::json::serialize(value);
  if (text.size() > 2 * limits::payload_depth)
    if (const auto place = too_deep_in(value)) refuse_too_deep(*place);
  if (const auto found = not_finite_in(value))
    throw configuration_error(error_kind::invalid_payload,
                              "a payload has a number that JSON cannot write, at " +
                                  (found->starts_with(':') ? "its root" : std::string()) + *found +
                                  "; send null or a text in its place");
  return text;
}

boost::json::value parse_json(std::string_view what, std::string_view text) {
  boost::json::error_code failed;
  std::size_t read = 0;
  boost::json::value parsed = read_json(text, failed, read);
  if (failed || read != text.size()) {
    throw configuration_error(error_kind::invalid_payload,
                              std::string(what) + " is not JSON: " + why_not_read(failed) + " at byte " +
                                  std::to_string(read) + " of '" + excerpt(text) + "'");
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
