// The instances of a store, by id, by key and by parent.
#pragma once

#include "persistence/simulated/rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duroxide::internal::simulated {

class instance_table {
public:
  using rows_by_id = std::map<std::string, instance_row, std::less<>>;
  using rows_by_key = std::map<std::uint64_t, instance_row*>;

  instance_row* find(std::string_view id);
  const instance_row* find(std::string_view id) const;
  const rows_by_id& by_id() const { return by_id_; }
  const rows_by_key& by_key() const { return by_key_; }
  // Those whose parent has this id, whether it exists or not, in the order of their keys.
  const rows_by_key& children_of(const std::string& parent) const;
  // Whether nothing more may begin in the tree of this root: it has ended, is gone, or is to be cancelled.
  bool is_closed(std::uint64_t root) const;
  // The instance and its descendants, each once, by depth and key; with their depths.
  std::vector<std::pair<instance_row*, std::uint32_t>> family_of(const instance_row& root) const;

  // Gives it a key. REQUIRES: nobody has its id.
  instance_row& insert(instance_row row);
  void erase(instance_row& row);

  // Whether each row is found by its key and by its parent, and nothing else is.
  bool has_consistent_indexes() const;

private:
  std::uint64_t last_key_ = 0;
  rows_by_id by_id_;
  rows_by_key by_key_;
  std::map<std::string, rows_by_key> children_;
};

}  // namespace duroxide::internal::simulated
