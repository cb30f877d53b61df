#include "examples/checksum_tree/report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace checksum_tree {

namespace {

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace

std::string report_line(const std::string& digest, const std::string& path) {
  std::string name;
  for (char c : path) {
    if (c == '\\')
      name += "\\\\";
    else if (c == '\n')
      name += "\\n";
    else if (c == '\r')
      name += "\\r";
    else
      name += c;
  }
  const bool escaped = name.size() != path.size();
  return (escaped ? "\\" : "") + digest + "  " + name + "\n";
}

void write_atomically(const std::string& path, const std::string& content) {
  const std::string temporary = path + ".part";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail(temporary);
  std::string_view left = content;
  bool written = true;
  while (written && !left.empty()) {
    const ssize_t count = ::write(file, left.data(), left.size());
    written = count > 0;
    if (written) left.remove_prefix(static_cast<std::size_t>(count));
  }
  written = written && ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  errno = why;
  if (!written) fail(temporary);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) fail(path);
}

}  // namespace checksum_tree
