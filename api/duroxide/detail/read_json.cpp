#include "duroxide/detail/read_json.hpp"

#include "duroxide/limits.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace duroxide::detail {

namespace {

using boost::json::error_code;
using boost::json::string_view;

// What Boost.JSON's own parser does with what it finds, except for doubles. The names are Boost's.
struct builder {
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  boost::json::value_stack values{};

  builder() { values.reset(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t members, error_code&) {
    values.push_object(members);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t elements, error_code&) {
    values.push_array(elements);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_key(string_view rest, std::size_t, error_code&) {
    values.push_key(rest);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(string_view rest, std::size_t, error_code&) {
    values.push_string(rest);
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, string_view, error_code&) {
    values.push_uint64(number);
    return true;
  }
  // The text is whole, since all of it is parsed at once. What is too small for a double is zero, as Boost
  // says; what is too large could not be written again.
  bool on_double(double nearly, string_view text, error_code& failed) {
    double exact = nearly;
    const auto [end, outcome] = std::from_chars(text.data(), text.data() + text.size(), exact);
    const double number = outcome == std::errc() && end == text.data() + text.size() ? exact : nearly;
    if (!std::isfinite(number)) {
      failed = boost::json::error::exponent_overflow;
      return false;
    }
    values.push_double(number);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    values.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    values.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

}  // namespace

boost::json::value read_json(std::string_view text, error_code& failed, std::size_t& read) {
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;  // payloads are bytes; what is text is the user's business
  options.max_depth = limits::payload_depth;
  boost::json::basic_parser<builder> parser(options);
  read = parser.write_some(false, text.data(), text.size(), failed);
  return failed || read != text.size() ? boost::json::value() : parser.handler().values.release();
}

}  // namespace duroxide::detail
