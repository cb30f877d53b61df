#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

std::string_view trimmed(std::string_view text);

// The lines of a text, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

bool is_word_character(char c);

// Where a word first stands by itself at or behind `from`, or npos.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);
bool has_word(std::string_view text, std::string_view word);

// The last identifier or keyword of a text that ends with one, else nothing.
std::string_view last_word(std::string_view text);

// C++ text of the same length and with the same lines, in which comments and the insides of literals
// are blank: what is left is code, at the position where its author sees it.
std::string code_only(std::string text);

// Code whose preprocessor lines are blank, too.
std::string without_directives(std::string code);

}  // namespace tidy
