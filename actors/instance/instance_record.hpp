// What is known of an instance beside its history and its messages.
#pragma once

#include "duroxide/provider.hpp"
#include "actors/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace duroxide::internal {

struct instance_record {
  std::string id;
  std::uint64_t life = 0;      // 0 until it is stored
  steady_time stored_since{};  // at the latest: when this process learnt of it
  instance_status status;
  int history_format = limits::history_format;
  std::optional<parent_link> parent;
  std::uint64_t root = 0;                   // with a parent: the life of the root of its tree
  std::uint32_t depth = 0;                  // below the root
  bool has_problem = false;                 // that is noted in the store
  std::optional<instance_problem> pause{};  // the problem, if it is that

  bool is_stored() const noexcept { return life != 0; }
  // Whether the message is for one of the instances that had this id before, or has it after this one.
  bool is_earlier_life(const message& m) const noexcept { return m.life != 0 && m.life < life; }
  bool is_later_life(const message& m) const noexcept { return life != 0 && m.life > life; }

  // As it was loaded.
  void load(const loaded_instance& stored);
  // As it is after this turn, which is stored.
  void apply(const turn_commit& turn, std::uint64_t life_of_turn);
};

}  // namespace duroxide::internal
