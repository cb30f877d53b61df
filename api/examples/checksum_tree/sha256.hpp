// The hash function.
#pragma once

#include <string>
#include <string_view>

namespace checksum_tree {

// 64 hexadecimal digits. Throws std::system_error if the file cannot be read.
std::string sha256_of_file(const std::string& path);
std::string sha256_of(std::string_view bytes);

}  // namespace checksum_tree
