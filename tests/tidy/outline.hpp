#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// The bodies of the lambdas in a statement are left out: they hold statements of their own.
struct statement {
  std::size_t line = 0;
  std::string text;
};

// Functions inside functions count for the outer one.
struct function {
  std::string name;
  std::size_t line = 0;
  std::size_t lines = 0;
};

struct outline {
  std::vector<statement> statements;
  std::vector<function> functions;
};

// Reads C++ by its braces and semicolons alone. A heuristic: it knows neither types nor macros, and
// is right about code that is formatted and compiles.
outline outline_of(std::string_view text);

// Whether the bracket at this place opens the captures of a lambda, and not a subscript, an attribute
// or a structured binding.
bool opens_lambda(std::string_view code, std::size_t bracket);

// Whether the bracket at this place opens a structured binding.
bool opens_binding(std::string_view code, std::size_t bracket);

}  // namespace tidy
