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

bool starts(std::string_view text, std::size_t place, std::string_view prefix) {
  return text.substr(place, prefix.size()) == prefix;
}

span comment_to(std::string_view text, std::size_t place, std::string_view end, std::size_t kept) {
  const auto found = text.find(end, place + 2);
  const auto last = found == text.npos ? text.size() : found + end.size() - kept;
  return {place, last, last};
}

span raw_string(std::string_view text, std::size_t quote) {
  const auto open = std::min(text.find('(', quote), text.size());
  const auto close = std::string(")").append(text.substr(quote + 1, open - quote - 1)).append("\"");
  const auto found = text.find(close, open);
  const auto end = found == text.npos ? text.size() : found + close.size() - 1;
  return {quote + 1, end, std::min(end + 1, text.size())};
}

span quoted(std::string_view text, std::size_t quote) {
  auto place = quote + 1;
  while (place < text.size() && text[place] != text[quote] && text[place] != '\n')
    place += text[place] == '\\' ? 2 : 1;
  const auto end = std::min(place, text.size());
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

span next_span(std::string_view text, std::size_t place) {
  if (starts(text, place, "//")) return comment_to(text, place, "\n", 1);
  if (starts(text, place, "/*")) return comment_to(text, place, "*/", 0);
  if (text[place] == '"')
    return opens_raw_string(text, place) ? raw_string(text, place) : quoted(text, place);
  if (text[place] == '\'' && !separates_digits(text, place)) return quoted(text, place);
  return {place, place, place + 1};
}

void blank(std::string& text, std::size_t first, std::size_t last) {
  for (auto place = first; place < last; ++place)
    if (text[place] != '\n') text[place] = ' ';
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
  for (auto place = text.find(word, from); place != text.npos; place = text.find(word, place + 1)) {
    const auto end = place + word.size();
    const bool begins = place == 0 || !is_word_character(text[place - 1]);
    const bool ends = end == text.size() || !is_word_character(text[end]);
    if (begins && ends) return place;
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
  for (std::size_t place = 0; place < text.size();) {
    const auto found = next_span(text, place);
    blank(text, found.first, found.last);
    place = found.next;
  }
  return text;
}

std::string without_directives(std::string code) {
  bool continued = false;
  for (std::size_t place = 0; place < code.size();) {
    const auto end = std::min(code.find('\n', place), code.size());
    const auto line = trimmed(std::string_view(code).substr(place, end - place));
    const bool directive = continued || line.starts_with('#');
    continued = directive && line.ends_with('\\');
    if (directive) blank(code, place, end);
    place = end + 1;
  }
  return code;
}

}  // namespace tidy
