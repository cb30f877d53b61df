#include "tests/tidy/text.hpp"

#include <algorithm>
#include <cctype>

namespace tidy {

namespace {

constexpr std::string_view blanks = " \t\r\n";

// What to blank, and where to go on reading.
struct span {
  std::size_t first;
  std::size_t last;
  std::size_t next;
};

bool starts(std::string_view text, std::size_t at, std::string_view what) {
  return text.substr(at, what.size()) == what;
}

span comment_to(std::string_view text, std::size_t at, std::string_view end, std::size_t kept) {
  const auto found = text.find(end, at + 2);
  const auto last = found == text.npos ? text.size() : found + end.size() - kept;
  return {at, last, last};
}

span raw_string(std::string_view text, std::size_t quote) {
  const auto open = std::min(text.find('(', quote), text.size());
  const auto close = std::string(")").append(text.substr(quote + 1, open - quote - 1)).append("\"");
  const auto found = text.find(close, open);
  const auto end = found == text.npos ? text.size() : found + close.size() - 1;
  return {quote + 1, end, std::min(end + 1, text.size())};
}

span quoted(std::string_view text, std::size_t quote) {
  auto at = quote + 1;
  while (at < text.size() && text[at] != text[quote] && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
  const auto end = std::min(at, text.size());
  return {quote + 1, end, std::min(end + 1, text.size())};
}

// In 1'000 the quote belongs to the number.
bool separates_digits(std::string_view text, std::size_t quote) {
  auto first = quote;
  while (first > 0 && (is_word_character(text[first - 1]) || text[first - 1] == '\'')) --first;
  return first < quote && std::isdigit(static_cast<unsigned char>(text[first])) != 0;
}

bool opens_raw_string(std::string_view text, std::size_t quote) {
  const auto prefix = last_word(text.substr(0, quote));
  return prefix == "R" || prefix == "LR" || prefix == "uR" || prefix == "UR" || prefix == "u8R";
}

span next_span(std::string_view text, std::size_t at) {
  if (starts(text, at, "//")) return comment_to(text, at, "\n", 1);
  if (starts(text, at, "/*")) return comment_to(text, at, "*/", 0);
  if (text[at] == '"') return opens_raw_string(text, at) ? raw_string(text, at) : quoted(text, at);
  if (text[at] == '\'' && !separates_digits(text, at)) return quoted(text, at);
  return {at, at, at + 1};
}

void blank(std::string& text, std::size_t first, std::size_t last) {
  for (auto at = first; at < last; ++at)
    if (text[at] != '\n') text[at] = ' ';
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (auto at = text.find(word, from); at != text.npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    const bool ends = end == text.size() || !is_word_character(text[end]);
    if (begins && ends) return at;
  }
  return text.npos;
}

bool has_word(std::string_view text, std::string_view word) { return find_word(text, word) != text.npos; }

std::string_view last_word(std::string_view text) {
  auto first = text.size();
  while (first > 0 && is_word_character(text[first - 1])) --first;
  return text.substr(first);
}

std::string code_only(std::string text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto found = next_span(text, at);
    blank(text, found.first, found.last);
    at = found.next;
  }
  return text;
}

std::string without_directives(std::string code) {
  bool continued = false;
  for (std::size_t at = 0; at < code.size();) {
    const auto end = std::min(code.find('\n', at), code.size());
    const auto line = trimmed(std::string_view(code).substr(at, end - at));
    const bool directive = continued || line.starts_with('#');
    continued = directive && line.ends_with('\\');
    if (directive) blank(code, at, end);
    at = end + 1;
  }
  return code;
}

}  // namespace tidy
