// The cancellation of what is left of a tree, and how far it has come.
#pragma once

#include "duroxide/time.hpp"
#include "persistence/word_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace duroxide::persistence {

struct tree_cancellation {
  std::uint64_t root = 0;  // its life
  const std::string& reason;
  timestamp requested_at{};
};

// How far the running instances of a tree have been looked through, in two walks along an index: first those
// that run, then those that have not begun; in each a parent comes before its children, whose lives are
// greater.
struct tree_position {
  // Running instances, of whatever tree, that are passed by in one step.
  static constexpr std::size_t step = 1000;

  std::string status = "running";
  std::uint64_t after = 0;  // this life

  static tree_position from(const std::string& text, std::uint64_t root) {
    tree_position position{"running", root};
    word_reader words(text);
    if (words.read(position.status)) words.read(position.after);
    return position;
  }
  // Behind a step that came to `last`, 0 if there was nothing more; empty at the end.
  std::string next(std::uint64_t last, std::uint64_t root) const {
    if (last != 0) return status + ' ' + std::to_string(last);
    return status == "running" ? "pending " + std::to_string(root) : std::string();
  }
};

}  // namespace duroxide::persistence
