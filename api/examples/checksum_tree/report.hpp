// The report: what sha256sum would print.
#pragma once

#include "examples/checksum_tree/tree.hpp"

#include <string>

namespace checksum_tree {

// A line of sha256sum's output for one file, escaped as sha256sum does: a backslash in front if the name
// contains a backslash, a line feed or a carriage return, which are then written as \\, \n and \r.
std::string report_line(const std::string& digest, const std::string& path);

// Writes a file so that it is either the old one or the whole new one, whenever the power fails. Throws
// std::system_error.
void write_atomically(const std::string& path, const std::string& content);

}  // namespace checksum_tree
