// Versions of orchestrations: MAJOR.MINOR.PATCH with an optional pre-release, ordered as semver.org 2.0.0
// says.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide {

// Build metadata (+...) is refused: two versions that differ in it alone would be the same one.
class semantic_version {
public:
  // Throws configuration_error (invalid_argument) for anything else, naming it.
  static semantic_version parse(std::string_view text);
  static bool is_valid(std::string_view text);

  semantic_version(std::uint64_t major, std::uint64_t minor, std::uint64_t patch)
      : major_(major), minor_(minor), patch_(patch) {}

  std::string text() const;

  std::strong_ordering operator<=>(const semantic_version& other) const;
  bool operator==(const semantic_version& other) const { return (*this <=> other) == 0; }

private:
  std::uint64_t major_ = 0;
  std::uint64_t minor_ = 0;
  std::uint64_t patch_ = 0;
  std::vector<std::string> pre_release_;  // its identifiers
};

}  // namespace duroxide
