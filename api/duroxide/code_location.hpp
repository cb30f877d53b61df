// A place in an orchestration's code, for messages that name it.
#pragma once

#include <cstdint>
#include <source_location>
#include <string_view>

#ifndef __cpp_lib_source_location
#error "duroxide needs std::source_location: g++ 12, clang 16, or a newer compiler"
#endif

namespace duroxide {

// In C++ it is made by itself, as a default argument. Code that runs orchestrations written in another language makes
// it at run time, so that a history that does not match the code, or code that does not come to an end, names the line
// of that language. A small value.
class code_location {
public:
  // No place: messages then name none.
  constexpr code_location() noexcept = default;
  constexpr code_location(const std::source_location& place) noexcept
      : file_(place.file_name()), function_(place.function_name()), line_(place.line()) {}

  // The caller's place, as a default argument.
  static constexpr code_location
  current(const std::source_location& place = std::source_location::current()) noexcept {
    return place;
  }
  // A place in a source file, its lines counted from 1. Both texts are copied up to a zero byte, each distinct one
  // once, and kept until the process ends: they are meant to be names in code, of which there are as many as there is
  // code. Any thread; takes a lock shortly.
  static code_location make(std::string_view file, std::uint32_t line, std::string_view function = {});

  // Valid until the process ends; empty if unknown.
  constexpr const char* file_name() const noexcept { return file_; }
  constexpr const char* function_name() const noexcept { return function_; }
  // 0: unknown.
  constexpr std::uint32_t line() const noexcept { return line_; }

private:
  constexpr code_location(const char* file, const char* function, std::uint32_t line) noexcept
      : file_(file), function_(function), line_(line) {}

  const char* file_ = "";
  const char* function_ = "";
  std::uint32_t line_ = 0;
};

}  // namespace duroxide
