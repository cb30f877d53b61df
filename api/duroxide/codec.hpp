// Encodes values as payloads, and decodes payloads: JSON text, through Boost.JSON.
//
// Any type that boost::json::value_from and value_to accept can travel: arithmetic types, std::string,
// optionals, variants, containers, tuples, structs described with BOOST_DESCRIBE_STRUCT, and types with tag_invoke.
// Described structs may gain and lose members while payloads with them are stored: payload_rules.hpp.
// json_text travels as it is, for code that knows names and payloads only at run time. JSON has no NaN and no
// infinity (RFC 8259, section 6): to encode one, and to decode a number that no double can hold, is a
// configuration_error (invalid_payload). Arrays and objects may be nested limits::payload_depth deep: to encode
// deeper ones is a limit_error, so that everything that was written can be read.
#pragma once

#include "duroxide/detail/exception_text.hpp"
#include "duroxide/detail/payload_depth.hpp"
#include "duroxide/detail/payload_reader.hpp"
#include "duroxide/detail/payload_rewriter.hpp"
#include "duroxide/detail/shallow_memory.hpp"
#include "duroxide/errors.hpp"

#include <boost/describe/class.hpp>
#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace duroxide {

// A payload that is passed through untouched. Any bytes are legal.
class json_text {
public:
  json_text() : text_("null") {}
  json_text(std::string text) : text_(std::move(text)) {}
  json_text(const char* text) : text_(text) {}

  const std::string& text() const& noexcept { return text_; }
  std::string&& text() && noexcept { return std::move(text_); }
  bool operator==(const json_text&) const = default;

private:
  std::string text_;
};

namespace detail {

// void as a value, so that templates need no second version.
template <class T> using lifted = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

// Throws configuration_error (invalid_payload) with the place of the mistake. `what` names the payload,
// e.g. "input of orchestration 'checkout'".
boost::json::value parse_json(std::string_view what, std::string_view text);
// Throws configuration_error (invalid_payload) with the place of a number that JSON cannot write: NaN or an
// infinity. Throws limit_error if it is nested deeper than limits::payload_depth, with the place.
std::string write_json(const boost::json::value& value);
// `place`: a JSON pointer to what does not fit; empty: all of it.
[[noreturn]] void throw_wrong_type(std::string_view what, std::string_view text, std::string_view place,
                                   std::string_view why);

// Reads it once more, to tell why it does not fit.
template <class T> explanation why_not_read(const boost::json::value& parsed) {
  explanation explained;
  reading state{.explained = &explained};
  (void)read_payload<T>(parsed, state);
  return explained;
}

// REQUIRES: `parsed` is `text`.
template <class T>
T value_of_payload(std::string_view what, std::string_view text, const boost::json::value& parsed) {
  try {
    reading state;
    if (std::optional<T> value = read_payload<T>(parsed, state)) return *std::move(value);
  } catch (const std::exception& e) {
    throw_wrong_type(what, text, {}, text_of(e));
  }
  const explanation why = why_not_read<T>(parsed);
  throw_wrong_type(what, text, why.place, why.why);
}

}  // namespace detail

template <class T> struct codec {
  static std::string encode(const T& value) {
    detail::shallow_memory memory;
    return detail::write_json(boost::json::value_from(value, boost::json::storage_ptr(&memory)));
  }
  // Throws configuration_error (invalid_payload) that tells what does not fit, and where.
  static T decode(std::string_view what, std::string_view text) {
    return detail::value_of_payload<T>(what, text, detail::parse_json(what, text));
  }
  // The text as encode writes it today. Throws as both do.
  static std::string rewrite(std::string_view what, std::string_view text) {
    // It stays until the value is encoded, which may be a view of it.
    const boost::json::value parsed = detail::parse_json(what, text);
    return encode(detail::value_of_payload<T>(what, text, parsed));
  }
};

template <> struct codec<json_text> {
  // Throws limit_error for JSON that is nested deeper than limits::payload_depth.
  static std::string encode(json_text value) {
    if (detail::is_too_deep(value.text())) detail::refuse_too_deep();
    return std::move(value).text();
  }
  static json_text decode(std::string_view, std::string_view text) { return json_text(std::string(text)); }
};

template <> struct codec<std::monostate> {
  static std::string encode(std::monostate) { return "null"; }
  static std::monostate decode(std::string_view, std::string_view) { return {}; }
};

namespace detail {

// A span, say: it cannot be read.
template <class T>
concept view_like = boost::json::is_sequence_like<T>::value && std::is_trivially_copyable_v<T> &&
    !boost::json::is_tuple_like<T>::value;

template <class T> consteval payload_rewriter rewriter_of() {
  if constexpr (std::is_same_v<T, json_text> || std::is_same_v<T, std::monostate> || view_like<T>)
    return nullptr;
  else if constexpr (!requires { &codec<T>::rewrite; })  // the user's own
    return [](std::string_view what, std::string_view text) {
      return codec<T>::encode(codec<T>::decode(what, text));
    };
  else if constexpr (boost::json::has_value_to<T>::value)
    return &codec<T>::rewrite;
  else
    return nullptr;
}

template <class T> payload payload_of(const T& value) { return {codec<T>::encode(value), rewriter_of<T>()}; }
inline payload payload_of(json_text value) { return {codec<json_text>::encode(std::move(value))}; }

}  // namespace detail

}  // namespace duroxide
