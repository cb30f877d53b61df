// Bytes as text, and back: PostgreSQL's payloads, hexadecimal digits, base64.
#include "duroxide/utf8.hpp"
#include "runtime/base64.hpp"
#include "persistence/hex.hpp"
#include "persistence/postgres/payload_text.hpp"
#include "tests/fuzz/fuzzing.hpp"

#include <string>

namespace duroxide::fuzz {

namespace {

using namespace persistence;
using namespace internal;

void check_writing(std::string_view bytes) {
  const std::string text = postgres::to_text(bytes);
  law(is_utf8(text) && text.find('\0') == text.npos, "PostgreSQL can keep every payload as text");
  law(postgres::from_text(text) == bytes, "a payload is read back as it was written");
  law((text == bytes) == postgres::is_text_as_it_is(bytes), "a payload that is text stays as it is");
  law(from_hex(to_hex(bytes)) == bytes, "hexadecimal digits are read back as they were written");
  law(from_base64(to_base64(bytes)) == bytes, "base64 is read back as it was written");
}

void check_reading(std::string_view text) {
  const std::string bytes = postgres::from_text(text);
  law(postgres::from_text(postgres::to_text(bytes)) == bytes, "what was read once can be written");
  if (const auto found = from_hex(text)) law(to_hex(*found) == text, "bytes have one form in digits");
  if (const auto found = from_base64(text)) law(to_base64(*found) == text, "bytes have one form in base64");
}

}  // namespace

void take(std::string_view input) {
  check_writing(input);
  check_reading(input);
}

}  // namespace duroxide::fuzz
