// The target of a request: what stands between the method and the version.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::http {

struct target {
  std::vector<std::string> path;                           // its segments, decoded
  std::vector<std::pair<std::string, std::string>> query;  // in their order, decoded
};

// Throws configuration_error (invalid_argument) for what is no target.
target parse_target(std::string_view text);

// A segment of a path, so that parse_target reads it back.
std::string encoded_segment(std::string_view text);

}  // namespace duroxide::http
