// What the programs of the guide need besides what they show: each checks its own outcome.
#pragma once

#include <duroxide/duroxide.hpp>

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <source_location>
#include <sstream>
#include <string>
#include <string_view>

namespace guide {

// Longer than any program takes; nothing that works waits for so long.
inline constexpr auto patience = std::chrono::seconds(30);

[[noreturn]] inline void fail(std::string_view message, const std::source_location& where) {
  std::fprintf(stderr, "%s:%u: %.*s\n", where.file_name(), where.line(), static_cast<int>(message.size()),
               message.data());
  std::_Exit(1);
}

// Ends the program, with a message and with status 1, unless `got` is `wanted`.
template <class Got, class Wanted>
void expect(const Got& got, const Wanted& wanted,
            std::source_location where = std::source_location::current()) {
  if (got == wanted) return;
  std::ostringstream text;
  text << "got '" << got << "', expected '" << wanted << "'";
  fail(text.str(), where);
}

inline void expect(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) fail("what was expected does not hold", where);
}

// The kind of the error that `operation` throws.
template <class Operation>
std::string error_of(Operation operation, std::source_location where = std::source_location::current()) {
  try {
    operation();
  } catch (const duroxide::error& e) {
    return std::string(to_string(e.kind()));
  }
  fail("nothing was thrown", where);
}

// A path for a database in a folder that goes with this object.
class temporary_database {
public:
  temporary_database() {
    std::string folder = (std::filesystem::temp_directory_path() / "duroxide-guide-XXXXXX").string();
    if (!mkdtemp(folder.data())) fail("no temporary folder", std::source_location::current());
    folder_ = folder;
  }
  temporary_database(const temporary_database&) = delete;
  temporary_database& operator=(const temporary_database&) = delete;
  ~temporary_database() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string path() const { return folder_ / "guide.db"; }

private:
  std::filesystem::path folder_;
};

}  // namespace guide
