// Streams that are walked through side by side.
#pragma once

#include "persistence/admin_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace duroxide::persistence {

// Rows that begin with what they belong to, one or more numbers, in the order of these.
class merge_cursor {
public:
  using key_type = std::vector<std::uint64_t>;

  merge_cursor(std::unique_ptr<row_stream> rows, std::size_t key_columns)
      : rows_(std::move(rows)), key_columns_(key_columns) {
    step();
  }

  // Calls `use` for each row of `key`; what comes before it belongs to nobody, and is passed over.
  void take(const key_type& key, const std::function<void(sql_row&)>& use) {
    for (; front_ && front_key_ <= key; step())
      if (front_key_ == key) use(*front_);
  }

private:
  void step() {
    front_ = rows_->next();
    front_key_.clear();
    for (std::size_t i = 0; front_ && i < key_columns_; ++i) front_key_.push_back(front_->number());
  }

  std::unique_ptr<row_stream> rows_;
  std::size_t key_columns_;
  std::optional<sql_row> front_;
  key_type front_key_;
};

}  // namespace duroxide::persistence
