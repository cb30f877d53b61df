// The parents of the instances in an export file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace duroxide::persistence {

// Keeps some bytes for each child, whatever the ids look like: of ids only their hashes.
class transfer_parents {
public:
  void add(std::string_view child, std::string_view parent, std::uint64_t line);

  // The line of a child that is its own ancestor, if there is one. Once.
  std::optional<std::uint64_t> first_of_a_circle();

private:
  struct link {
    std::uint64_t parent = 0;
    std::uint64_t line = 0;
    std::uint64_t walk = 0;  // that came by
  };
  std::unordered_map<std::uint64_t, link> parents_;
};

}  // namespace duroxide::persistence
