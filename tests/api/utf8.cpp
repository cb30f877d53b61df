#include "duroxide/utf8.hpp"

#include "tests/support/catch.hpp"

#include <cstdint>
#include <string>

namespace laws_of_utf8 {

using duroxide::is_utf8;

namespace {

// The bytes of a code point, of surrogates and of what is beyond Unicode too.
std::string encoded(std::uint32_t code) {
  auto tail = [&](int shift) { return static_cast<char>(0x80U | (code >> shift & 0x3fU)); };
  auto lead = [&](unsigned mark, int shift) { return static_cast<char>(mark | code >> shift); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {lead(0xc0, 6), tail(0)};
  if (code < 0x10000) return {lead(0xe0, 12), tail(6), tail(0)};
  return {lead(0xf0, 18), tail(12), tail(6), tail(0)};
}

}  // namespace

LAW("every code point but the surrogates is UTF-8, up to U+10FFFF") {
  std::size_t wrong = 0;
  for (std::uint32_t code = 0; code < 0x120000; ++code) {
    bool legal = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (is_utf8(encoded(code)) != legal) ++wrong;
  }
  CHECK(wrong == 0);
}

LAW("what is overlong, cut, or made of odd bytes is not UTF-8") {
  for (const char* bytes :
       {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
        "\x80", "\xbf", "\xfe", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2(\xa1",
        "\xf5\x80\x80\x80", "a\x80z", "abcdefgh\x80", "abcdefg\xc3"})
    CHECK_FALSE(is_utf8(bytes));
}

LAW("NUL is text") { CHECK(is_utf8(std::string_view("a\0b", 3))); }

LAW("a bad byte is found wherever it stands") {
  for (std::size_t length = 1; length < 40; ++length)
    for (std::size_t position = 0; position < length; ++position) {
      std::string text(length, 'x');
      CHECK(is_utf8(text));
      text[position] = '\xff';
      CHECK_FALSE(is_utf8(text));
    }
}

}  // namespace laws_of_utf8
