#include "api/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace duroxide::cli {

namespace {

std::string_view code_of(look how) {
  switch (how) {
  case look::strong: return "1";
  case look::faint: return "2";
  case look::good: return "32";
  case look::bad: return "31";
  case look::busy: return "36";
  case look::warning: return "33";
  case look::plain: break;
  }
  return {};
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value && *value != '\0';
}

bool wants_colour(colour_use colour) {
  if (colour != colour_use::automatic) return colour == colour_use::always;
  const char* kind = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && !is_set("NO_COLOR") && !(kind && std::string_view(kind) == "dumb");
}

bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// A C1 control character in UTF-8: some terminals obey it.
bool is_second_control(std::string_view text, std::size_t place) {
  return text[place] == '\xc2' && place + 1 < text.size() &&
         static_cast<unsigned char>(text[place + 1]) < 0xa0U;
}

std::string escape_of(char c) {
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
}

}  // namespace

std::string terminal::paint(std::string_view text, look how) const {
  const std::string_view code = code_of(how);
  if (!has_colour || code.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

terminal standard_output(colour_use colour) {
  terminal found;
  found.has_colour = wants_colour(colour);
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) found.width = size.ws_col;
  return found;
}

bool can_ask() { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

look look_of_status(std::string_view status) {
  if (status == "completed" || status == "alive") return look::good;
  if (status == "failed" || status == "dead") return look::bad;
  if (status == "cancelled") return look::warning;
  return status == "running" ? look::busy : look::faint;
}

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_second_control(text, i)) {
      shown += escape_of(text[i]) + escape_of(text[i + 1]);
      ++i;
    } else if (byte < 0x20U || byte == 0x7fU) {
      shown += escape_of(text[i]);
    } else {
      shown += text[i];
    }
  }
  return shown;
}

std::string printable_lines(std::string_view text, std::size_t indent) {
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    if (begin != 0) lines += "\n" + std::string(indent, ' ');
    lines += printable(line);
    begin = end + 1;
  }
  return lines;
}

std::size_t columns_of(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_inside_character));
}

std::string cut(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  std::size_t end = 0;
  for (std::size_t taken = 0; end < text.size(); ++end) {
    if (is_inside_character(text[end])) continue;
    if (++taken == columns) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string lines;
  std::size_t column = indent;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::size_t word = columns_of(text.substr(begin, end - begin));
    if (column != indent && column + 1 + word > width) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
    }
    if (column != indent) {
      lines += ' ';
      ++column;
    }
    lines += text.substr(begin, end - begin);
    column += word;
    begin = end + 1;
  }
  return lines;
}

}  // namespace duroxide::cli
