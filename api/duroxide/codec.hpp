// Encodes values as payloads, and decodes payloads: JSON text, through Boost.JSON.
//
// Any type that boost::json::value_from and value_to accept can travel: arithmetic types, std::string,
// optionals, containers, tuples, structs described with BOOST_DESCRIBE_STRUCT, and types with tag_invoke.
// json_text travels as it is, for code that knows names and payloads only at run time. JSON has no NaN and no
// infinity (RFC 8259, section 6): to encode one, and to decode a number that no double can hold, is a
// configuration_error (invalid_payload). Arrays and objects may be nested limits::payload_depth deep: to encode
// deeper ones is a limit_error, so that everything that was written can be read.
#pragma once

#include "duroxide/detail/exception_text.hpp"
#include "duroxide/detail/mismatch.hpp"
#include "duroxide/detail/payload_depth.hpp"
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

}  // namespace detail

template <class T> struct codec {
  static std::string encode(const T& value) {
    detail::shallow_memory memory;
    return detail::write_json(boost::json::value_from(value, boost::json::storage_ptr(&memory)));
  }
  static T decode(std::string_view what, std::string_view text) {
    boost::json::value parsed = detail::parse_json(what, text);
    try {
      return boost::json::value_to<T>(parsed);
    } catch (const boost::system::system_error& e) {
      // what() names Boost's own source files
      detail::throw_wrong_type(what, text, detail::mismatch_in<T>(parsed), e.code().message());
    } catch (const std::exception& e) {
      detail::throw_wrong_type(what, text, detail::mismatch_in<T>(parsed), detail::text_of(e));
    }
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

}  // namespace duroxide
