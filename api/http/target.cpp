#include "api/http/target.hpp"

#include "duroxide/errors.hpp"
#include "duroxide/utf8.hpp"

namespace duroxide::http {

namespace {

[[noreturn]] void refuse_target(const std::string& why) {
  throw configuration_error(error_kind::invalid_argument, "the target of the request " + why);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text, bool has_pluses) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && has_pluses) {
      plain += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) refuse_target("has a % that is not followed by two hexadecimal digits");
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      plain += text[i];
    }
  }
  if (!is_utf8(plain)) refuse_target("is not UTF-8");
  return plain;
}

// Calls `take` with each part between separators.
template <class Take> void split(std::string_view text, char separator, Take take) {
  for (;;) {
    const std::size_t end = text.find(separator);
    take(text.substr(0, end));
    if (end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

target parse_target(std::string_view text) {
  if (!text.starts_with('/')) refuse_target("does not begin with /");
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  target parsed;
  split(text.substr(1, question == text.npos ? text.npos : question - 1), '/',
        [&](std::string_view segment) { parsed.path.push_back(decoded(segment, false)); });
  if (question == text.npos) return parsed;
  split(text.substr(question + 1), '&', [&](std::string_view pair) {
    if (pair.empty()) return;
    const std::size_t equals = pair.find('=');
    const auto value = equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
    parsed.query.emplace_back(decoded(pair.substr(0, equals), true), decoded(value, true));
  });
  return parsed;
}

std::string encoded_segment(std::string_view text) {
  constexpr std::string_view plain = "-._~@:";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_letter || plain.find(c) != plain.npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return encoded;
}

}  // namespace duroxide::http
