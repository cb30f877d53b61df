// What stands at the other end of the output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace duroxide::cli {

enum class look : std::uint8_t { plain, strong, faint, good, bad, busy, warning };

enum class colour_use : std::uint8_t { automatic, always, never };

struct terminal {
  std::size_t width = 0;  // columns; 0: lines may be as long as they are
  bool has_colour = false;

  // The text as it looks; plain where there is no colour.
  std::string paint(std::string_view text, look how) const;
};

// The standard output. NO_COLOR and TERM=dumb are respected.
terminal standard_output(colour_use colour);

bool can_ask();  // whether a person sits there to answer

// How a status looks.
look look_of_status(std::string_view status);

// Text from a store without what could change the state of a terminal: control characters are shown as escapes.
std::string printable(std::string_view text);

// The same with its line breaks; each line but the first is indented.
std::string printable_lines(std::string_view text, std::size_t indent);

// How many columns a printable text takes, if every character takes one.
std::size_t columns_of(std::string_view text);
// The text, or its beginning and an ellipsis.
std::string cut(std::string_view text, std::size_t columns);
// Breaks a text between words, so that no line is longer than `width` if words permit; each line but the first is
// indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

}  // namespace duroxide::cli
